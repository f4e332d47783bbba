import { App, SocketModeReceiver } from '@slack/bolt';

/** The floor: a Bolt app that acknowledges every command and does nothing else. */
const [slackApiUrl = '', appToken = '', botToken = ''] = process.argv.slice(2);
const receiver = new SocketModeReceiver({ appToken, installerOptions: { clientOptions: { slackApiUrl } } });
const app = new App({
  receiver,
  authorize: async () => ({ botToken }),
  clientOptions: { slackApiUrl },
  convoStore: false,
});
app.command(/.*/, async ({ ack }) => ack());
await app.start();
process.send?.('ready');
