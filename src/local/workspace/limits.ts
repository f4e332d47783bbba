/**
 * Slack's published limits, in characters, items, bytes or milliseconds; the one place where the workspace keeps such numbers.
 * Sources: the Block Kit and Web API references; the cumulative limit is the one measured in slackapi/bolt-js issue 2509.
 */
export const limits = {
  message: {
    blocks: 50,
    /** Longer text is cut, not refused. */
    text: 40_000,
    /** Over all blocks of one message; beyond it the answer is `msg_blocks_too_long`. */
    characters: 13_200,
    /** Over all markdown blocks of one message. */
    markdown: 12_000,
    attachments: 100,
    metadataBytes: 16_000,
    tables: 1,
  },
  view: {
    blocks: 100,
    bytes: 250_000,
    title: 24,
    submit: 24,
    close: 24,
    privateMetadata: 3000,
    callbackId: 255,
    stack: 3,
  },
  block: { id: 255, label: 2000, hint: 2000 },
  section: { text: 3000, fields: 10, field: 2000 },
  header: { text: 150 },
  context: { elements: 10 },
  actions: { elements: 25 },
  contextActions: { elements: 5 },
  button: { text: 75, value: 2000, url: 3000, label: 75 },
  option: { text: 75, value: 75, description: 75, url: 3000 },
  select: { options: 100, groups: 100, group: 75, placeholder: 150 },
  overflow: { options: 5 },
  choices: { options: 10 },
  confirm: { title: 100, text: 300, button: 30 },
  input: { value: 3000 },
  image: { url: 3000, altText: 2000, title: 2000 },
  table: { rows: 100, cells: 20 },
  dataTable: { minRows: 2, rows: 101, pageSize: 100 },
  card: { title: 150, body: 200 },
  carousel: { cards: 10 },
  container: { title: 150, children: 10 },
  suggestions: 100,
  bookmarks: 100,
  acknowledgeMs: 3000,
  trigger: { lifetimeMs: 3000 },
  responseUrl: { uses: 5, lifetimeMs: 30 * 60_000 },
  sockets: 10,
} as const;
