import { element, fragment } from './dom.js';
import { renderRichText } from './rich-text.js';

function cellOf(cell) {
  if (cell.type === 'rich_text') return renderRichText(cell);
  if (cell.type === 'raw_number') return cell.text ?? String(cell.value);
  return cell.text ?? '';
}

/** The `table` block: its first row is the head. */
export function renderTable({ rows, column_settings: settings = [] }) {
  const cells = (row, tag) =>
    row.map((cell, index) => {
      const align = settings[index]?.align ?? (cell.type === 'raw_number' ? 'right' : 'left');
      const wraps = settings[index]?.is_wrapped ? '.wraps' : '';
      return element(`${tag}.${align}${wraps}`, tag === 'th' ? { scope: 'col' } : {}, cellOf(cell));
    });
  const [head, ...body] = rows;
  return element(
    'div.table-frame',
    { tabindex: '0', role: 'region', 'aria-label': 'Table' },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, cells(head, 'th'))),
      element(
        'tbody',
        {},
        body.map((row) => element('tr', {}, cells(row, 'td'))),
      ),
    ),
  );
}

/** The `data_table` block: a caption, pages, and columns that sort. */
export function renderDataTable({ caption, rows, page_size: size = 5 }) {
  const [head, ...body] = rows;
  let page = 0;
  let order = { column: -1, up: true };
  const frame = element('div.data-table');
  const valueOf = (cell) => (cell.type === 'raw_number' ? Number(cell.value) : String(cell.text ?? ''));
  const sorted = () => {
    if (order.column < 0) return body;
    const direction = order.up ? 1 : -1;
    return [...body].sort((one, two) => {
      const [a, b] = [valueOf(one[order.column]), valueOf(two[order.column])];
      return direction * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)));
    });
  };
  const draw = () => {
    const pages = Math.ceil(body.length / size);
    const shown = sorted().slice(page * size, (page + 1) * size);
    const sortBy = (column) => {
      order = { column, up: order.column === column ? !order.up : true };
      draw();
    };
    const headCells = head.map((cell, column) => {
      const sort = order.column === column ? (order.up ? 'ascending' : 'descending') : 'none';
      return element(
        'th',
        { scope: 'col', 'aria-sort': sort },
        element('button.sort', { type: 'button', on: { click: () => sortBy(column) } }, cellOf(cell)),
      );
    });
    const turn = (by) => {
      page += by;
      draw();
    };
    frame.replaceChildren(
      element(
        'div.table-frame',
        {},
        element(
          'table',
          {},
          element('caption', {}, caption),
          element('thead', {}, element('tr', {}, headCells)),
          element(
            'tbody',
            {},
            shown.map((row) =>
              element(
                'tr',
                {},
                row.map((cell) => element(`td.${cell.type === 'raw_number' ? 'right' : 'left'}`, {}, cellOf(cell))),
              ),
            ),
          ),
        ),
      ),
      pages > 1
        ? element(
            'div.pager',
            {},
            element(
              'button.button.tiny',
              { type: 'button', disabled: page === 0, on: { click: () => turn(-1) } },
              'Previous',
            ),
            element('span', {}, `Page ${page + 1} of ${pages}`),
            element(
              'button.button.tiny',
              { type: 'button', disabled: page + 1 >= pages, on: { click: () => turn(1) } },
              'Next',
            ),
          )
        : fragment(),
    );
  };
  draw();
  return frame;
}
