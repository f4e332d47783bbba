import type { Chosen } from './inputs.ts';
import type { Actions } from './interactions/actions.ts';
import type { CommandPlace } from './interactions/commands.ts';
import type { Forms, Values } from './interactions/forms.ts';
import type { Outcome } from './interactions/outcome.ts';
import type { Place, Which } from './interactions/payload.ts';
import type { Speaking, SpeakingPlace } from './interactions/speaking.ts';
import type { World } from './world.ts';

/** Everything a member of the workspace can do; each resolves to what they were shown (see `Outcome`). */
export type Member = {
  command(command: string, text: string, place: CommandPlace): Promise<Outcome>;
  /** Presses a button, or with a choice picks from a menu, radio buttons, a date ... */
  press(target: Place & Which, choice?: Chosen): Promise<Outcome>;
  /** Types into an external select. */
  search(target: Place & Which, typed: string): Promise<Outcome>;
  /** Fills the modal on top by action_id or block_id and submits it. */
  submitView(values?: Values): Promise<Outcome>;
  closeView(all?: boolean): Promise<Outcome>;
  say(text: string, place: SpeakingPlace): Promise<Outcome>;
  /** Says it to the bot: the text is preceded by a mention. */
  mention(text: string, place: SpeakingPlace): Promise<Outcome>;
  openHome(): Promise<Outcome>;
  shortcut(callbackId: string, place: { readonly channel: string; readonly messageTs: string }): Promise<Outcome>;
  /** Adds the reaction, or takes it back. */
  react(name: string, place: { readonly channel: string; readonly messageTs: string }): void;
};

export type People = { as(userId: string): Member };

export type PeopleParts = {
  readonly world: World;
  readonly actions: Actions;
  readonly forms: Forms;
  readonly speaking: Speaking;
  readonly runCommand: (userId: string, command: string, text: string, place: CommandPlace) => Promise<Outcome>;
};

export function createPeople({ world, actions, forms, speaking, runCommand }: PeopleParts): People {
  return {
    as(reference) {
      const person = world.directory.people.find(({ id, name }) => id === reference || name === reference);
      if (person === undefined) throw new Error(`Nobody in the workspace has the id or name "${reference}".`);
      const { id } = person;
      if (world.directory.isDeactivated(id)) throw new Error(`The account of "${reference}" is deactivated.`);
      return {
        command: (command, text, place) => runCommand(id, command, text, place),
        press: (target, choice) => actions.press(id, target, target, choice),
        search: (target, typed) => actions.suggest(id, target, target, typed),
        submitView: (values = {}) => forms.submit(id, values),
        closeView: (all) => forms.close(id, all),
        say: (text, place) => speaking.say(id, text, place),
        mention: (text, place) => speaking.say(id, `@${world.settings.bot.name} ${text}`, place),
        openHome: () => speaking.openHome(id),
        shortcut: (callbackId, place) => speaking.shortcut(id, callbackId, place),
        react: (name, place) => speaking.react(id, name, place),
      };
    },
  };
}
