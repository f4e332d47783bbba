import { element } from './dom.js';
import { icon } from './icons.js';

/**
 * The short codes a bot of this trade uses: the picture, and how we draw it ourselves, as an icon in a tone, where we can.
 * Drawn ones look the same everywhere, also where no emoji font is installed. Other codes stay as they are written.
 */
const known = {
  white_check_mark: ['✅', 'check', 'success tile'],
  heavy_check_mark: ['✔️', 'check', 'success'],
  ballot_box_with_check: ['☑️', 'check', 'info tile'],
  x: ['❌', 'close', 'danger'],
  heavy_minus_sign: ['➖', 'minus', 'soft'],
  heavy_multiplication_x: ['✖️', 'close', 'danger'],
  warning: ['⚠️', 'warning', 'warning'],
  rotating_light: ['🚨', 'siren', 'danger'],
  octagonal_sign: ['🛑', 'stop', 'danger'],
  no_entry: ['⛔', 'stop', 'danger'],
  no_entry_sign: ['🚫', 'stop', 'danger'],
  red_circle: ['🔴', 'disc', 'danger solid'],
  large_orange_circle: ['🟠', 'disc', 'orange solid'],
  large_yellow_circle: ['🟡', 'disc', 'yellow solid'],
  large_green_circle: ['🟢', 'disc', 'success solid'],
  large_blue_circle: ['🔵', 'disc', 'info solid'],
  white_circle: ['⚪', 'disc', 'soft'],
  black_circle: ['⚫', 'disc', 'soft solid'],
  question: ['❓', 'question', 'danger'],
  grey_question: ['❔', 'question', 'soft'],
  information_source: ['ℹ️', 'info', 'info'],
  hourglass: ['⌛', 'hourglass', 'warning'],
  hourglass_flowing_sand: ['⏳', 'hourglass', 'warning'],
  stopwatch: ['⏱️', 'clock', 'soft'],
  alarm_clock: ['⏰', 'clock', 'danger'],
  clock1: ['🕐', 'clock', 'soft'],
  repeat: ['🔁', 'repeat', 'info'],
  arrows_counterclockwise: ['🔄', 'repeat', 'info'],
  leftwards_arrow_with_hook: ['↩️', 'undo', 'info'],
  mag: ['🔍', 'search', 'info'],
  mag_right: ['🔎', 'search', 'info'],
  eyes: ['👀', 'eye', 'info'],
  wrench: ['🔧', 'wrench', 'soft'],
  hammer_and_wrench: ['🛠️', 'wrench', 'soft'],
  book: ['📖', 'book', 'info'],
  books: ['📚', 'book', 'info'],
  bulb: ['💡', 'bulb', 'yellow'],
  lock: ['🔒', 'lock', 'warning'],
  shield: ['🛡️', 'shield', 'info'],
  bell: ['🔔', 'bell', 'yellow'],
  speech_balloon: ['💬', 'thread', 'soft'],
  bust_in_silhouette: ['👤', 'person', 'soft'],
  busts_in_silhouette: ['👥', 'people', 'soft'],
  link: ['🔗', 'link', 'soft'],
  clipboard: ['📋', 'list', 'soft'],
  memo: ['📝', 'list', 'soft'],
  bar_chart: ['📊', 'chart', 'info'],
  zap: ['⚡', 'bolt', 'yellow solid'],
  fire: ['🔥'],
  gear: ['⚙️', 'cog', 'soft'],
  rocket: ['🚀'],
  tada: ['🎉'],
  exclamation: ['❗'],
  unlock: ['🔓'],
  key: ['🔑'],
  wave: ['👋'],
  '+1': ['👍'],
  thumbsup: ['👍', 'thumbUp', 'success'],
  '-1': ['👎'],
  thumbsdown: ['👎', 'thumbDown', 'soft'],
  raised_hand: ['✋', 'hand', 'warning'],
  raised_hand_with_fingers_splayed: ['🖐️', 'hand', 'info'],
  adhesive_bandage: ['🩹', 'plaster', 'warning'],
  black_square_for_stop: ['⏹️', 'square', 'soft'],
  point_right: ['👉'],
  arrow_right: ['➡️'],
  arrow_up: ['⬆️'],
  arrow_down: ['⬇️'],
  bug: ['🐛'],
  construction: ['🚧'],
  package: ['📦'],
  pushpin: ['📌'],
  globe_with_meridians: ['🌐'],
  electric_plug: ['🔌'],
  computer: ['💻'],
  robot_face: ['🤖'],
  snowflake: ['❄️', 'snow', 'info'],
  zzz: ['💤'],
  heart: ['❤️'],
  stethoscope: ['🩺'],
  seedling: ['🌱'],
};

const plainForm = (picture) => picture.replace('\uFE0F', '');
const drawnByPicture = new Map(
  Object.entries(known)
    .filter(([, [, shape]]) => shape !== undefined)
    .map(([name, [picture]]) => [plainForm(picture), name]),
);
const drawnPictures = new RegExp(`((?:${[...drawnByPicture.keys()].join('|')})\\uFE0F?)`, 'u');

/** The picture of a short code, or its written form. */
export function emoji(name) {
  const held = Object.hasOwn(known, name) ? known[name] : undefined;
  if (held === undefined) return document.createTextNode(`:${name}:`);
  const [picture, shape, tone = ''] = held;
  const attributes = { role: 'img', 'aria-label': name.replaceAll('_', ' '), title: `:${name}:` };
  if (shape === undefined) return element('span.emoji', attributes, picture);
  return element(['span.emoji', 'drawn', ...tone.split(' ')].join('.'), attributes, icon(shape));
}

/** A text with the pictures in it that we draw ourselves. */
export function withPictures(text) {
  return text.split(drawnPictures).map((part) => {
    const name = drawnByPicture.get(plainForm(part));
    return name === undefined ? part : emoji(name);
  });
}

/** The same, with short codes as pictures too. */
export function withEmoji(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).flatMap((part) => {
    const name = /^:([a-z0-9_+-]+):$/.exec(part)?.[1];
    return name === undefined ? withPictures(part) : [emoji(name)];
  });
}
