import type { PersonStanding } from '../../../ports/chat.ts';
import { ask, type Client, complaint, insist } from './client.ts';

const unknownPeople = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

/**
 * Who somebody is to our workspace. Slack shows people of other workspaces who share a channel with us like our own, but
 * for their team; in an Enterprise organisation a person of ours can come from another of its workspaces.
 */
export function createStanding(client: Client): (person: string) => Promise<PersonStanding> {
  let ourTeam: Promise<string | undefined> | undefined;

  async function team(): Promise<string | undefined> {
    ourTeam ??= insist('ask which workspace this is', async () => client.auth.test()).then(({ team_id: id }) => id);
    try {
      return await ourTeam;
    } catch (error) {
      ourTeam = undefined;
      throw error;
    }
  }

  return async (person) => {
    const what = 'ask who a person is';
    const call = async () => client.users.info({ user: person });
    const first = await ask(call);
    const answer = first.is === 'unclear' ? await ask(call) : first;
    if (answer.is === 'refused' && unknownPeople.has(answer.code)) return 'stranger';
    if (answer.is !== 'ok') throw complaint(what, answer);
    const { user } = answer.result;
    if (user === undefined || user.is_bot === true || user.is_stranger === true) return 'stranger';
    if (user.deleted === true) return 'deactivated';
    const ours = await team();
    const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])].filter((one) => one !== undefined);
    return ours === undefined || teams.length === 0 || teams.includes(ours) ? 'member' : 'stranger';
  };
}
