// A dialer written with asterisk-manager. Arguments: port, two free numbers, a listed number.
'use strict';

const Manager = require('asterisk-manager');

const [port, first, second, listed] = process.argv.slice(2);
const manager = new Manager(Number(port), '127.0.0.1', 'dialer', 'dialer-secret', true);
const events = [];
const results = [];

manager.on('managerevent', (event) => events.push(event.event));
manager.on('originateresponse', (event) => results.push(event));

const act = (action) => new Promise((resolve) => manager.action(action, (error, answer) => resolve(error || answer)));
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function call(number, runAsync) {
  const action = { action: 'originate', channel: `PJSIP/${number}@trunk`, application: 'Wait', data: '0.1' };
  if (!runAsync) return [await act(action)];
  const before = results.length;
  const answer = await act({ ...action, async: 'true' });
  while (results.length === before) await sleep(5);
  return [answer, results[before]];
}

async function main() {
  const login = new Promise((resolve) => manager.once('response', resolve));
  const seen = { login: await login };
  seen.ping = await act({ action: 'ping' });
  seen.sync_allowed = await call(first, false);
  seen.sync_blocked = await call(listed, false);
  seen.async_allowed = await call(second, true);
  seen.async_blocked = await call(listed, true);
  const command = await act({ action: 'command', command: 'core show version' });
  seen.command = { ...command, output: String(command.output || command.content) };
  // A busy Asterisk tells these after the answers to what brought them about.
  const late = ['Newchannel', 'Newstate', 'DialBegin', 'DialEnd'];
  while (!late.every((name) => events.includes(name))) await sleep(50);
  seen.logoff = await act({ action: 'logoff' });
  seen.events = events;
  process.stdout.write(JSON.stringify(seen), () => process.exit(0));
}

setTimeout(() => { process.stderr.write('not done in 55 s\n'); process.exit(1); }, 55000);
main();
