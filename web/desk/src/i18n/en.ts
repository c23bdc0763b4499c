import type { Catalogue } from '.';
import { enActs } from './en_acts';
import { enBack } from './en_back';
import { enImport } from './en_import';
import { enWatch } from './en_watch';
import { enRules } from './en_rules';
import { enSales } from './en_sales';

export const en: Catalogue = {
  ...enBack, acts: enActs as Record<string, string>,
  ...enImport,
  ...enWatch,
  ...enRules, ...enSales,
  common: {
    app: 'Antball', colon: ': ', semicolon: '; ', comma: ', ', save: 'Save', cancel: 'Cancel', ok: 'OK', close: 'Close', edit: 'Edit', add: 'New', remove: 'Delete', copy: 'Copy', copied: 'Copied', retry: 'Try again', search: 'Search',
    more: 'Load more', all: 'All', none: 'None', yes: 'Yes', no: 'No', loading: 'Loading', back: 'Back', next: 'Next', done: 'Done', skip: 'Later', undo: 'Undo',
    offline: 'The server cannot be reached, check the network', failed: 'That did not work', unsaved: 'Not saved', saved: 'Saved', required: 'Please fill this in', optional: 'Optional', name: 'Name', state: 'State', time: 'Time', actions: 'Actions',
    columns: 'Columns', resetColumns: 'Back to default', rows: (n) => (n === 1 ? '1 row' : `${n} rows`), exportCsv: 'Export CSV', refresh: 'Refresh', notFound: 'There is no such page', goHome: 'Back to the start',
    noRight: 'You may not see this page', noPages: 'Your account has no pages yet', noRightHelp: 'Ask an administrator if you need it.', errorTitle: 'This could not be loaded', day: 'days', minutes: 'minutes',
  },
  time: { today: 'Today', yesterday: 'Yesterday', s: 's', min: 'min', h: 'h', days: (n) => (n === 1 ? '1 day' : `${n} days`) },
  sign: {
    title: 'Sign in to Antball', account: 'Account', password: 'Password', signIn: 'Sign in', showPassword: 'Show password', ended: 'You were signed out. Sign in again; unsent messages and drafts are kept on this computer.', forgot: 'Forgotten? Your lead or an administrator can make a reset link.',
    slogan: 'Every message gets an answer', resetTitle: 'Set a new password', resetBad: 'This link is not valid any more. Ask your lead for a new one.', newPassword: 'New password', repeat: 'Once more', differ: 'The two are not the same',
    passwordRule: 'At least 10 characters, not a common one', resetDone: 'The password is set. Sign in with it now.', changeTitle: 'Change your password first', changeHelp: 'You signed in with a one-time password. Choose your own to go on.', oldPassword: 'Current password', change: 'Change password',
    changed: 'Password changed', noServer: 'The server does not answer', noServerHelp: 'Check the network, or ask an administrator whether the service is running.',
  },
  setup: {
    title: 'First start', hello: 'A few steps, and your centre can answer customers.', admin: 'Administrator', shop: 'Shop', people: 'People', hours: 'Hours', widget: 'Widget', test: 'Test chat',
    token: 'Start token', tokenHelp: 'Printed in the terminal when the server first starts; it works once.', yourName: 'Your name', language: 'Language', create: 'Create administrator', shopName: 'Shop name', shopKey: 'Shop key', shopKeyHelp: 'Small letters, digits and hyphens; part of the widget line.',
    shopHelp: 'The name and colour your customers see. You can add more shops later.', colour: 'Colour', greeting: 'Greeting', greetingDefault: 'Hello and welcome! How can we help?', peopleHelp: 'Paste from a spreadsheet or upload a CSV file, one person a line: account, name, role, group, shops. You can add people at any time.',
    hoursHelp: 'Outside these hours visitors can leave a message.', widgetHelp: 'Paste this line into your web page before </body>:', widgetNext: 'Save and reload your page: the chat button appears at the bottom right.', testHelp: 'Open the test page and say something as a visitor would; it arrives in the desk.',
    openTest: 'Open the test page', openDesk: 'Go to the desk', goOnline: 'Go online', everyDay: 'Every day', weekdays: 'Monday to Friday', step: (n, of) => `Step ${n} of ${of}`,
  },
  nav: {
    desk: 'Desk', live: 'Live', reports: 'Reports', phrases: 'Phrases', team: 'Team', settings: 'Settings', search: 'Search', away: 'Left messages', figures: 'Compare figures', collapse: 'Collapse', expand: 'Expand menu', menu: 'Menu', skip: 'Skip to content',
  },
  top: {
    allShops: 'All shops', palette: 'Search or type a command', alerts: 'Alerts', noAlerts: 'All is well', language: '中文', theme: 'Dark / light', light: 'Light', dark: 'Dark', system: 'As the system', me: 'Me', logins: 'Signed-in devices',
    password: 'Change password', signOut: 'Sign out', keys: 'Keyboard', endLogin: 'End', thisLogin: 'This one', loginEnded: 'That login is ended', sound: 'Sound', desktop: 'Desktop notices', desktopAsk: 'Turn on desktop notices', desktopDenied: 'The browser forbids notices; allow them in its site settings',
    desktopOn: 'Desktop notices are on', line: { off: '', connecting: 'Connecting…', open: 'Connected', waiting: 'Connection lost, trying again' }, lineHelp: 'Go on writing, it is sent when the connection is back', reconnecting: (s) => `Connection lost, trying again in ${s} s`,
    loginsHelp: 'Ending a login disconnects that device at once.', since: 'since',
  },
  state: {
    online: 'Online', paused: 'Paused', wrapup: 'Wrap-up', offline: 'Offline', goOnline: 'Go online', pauseFor: 'Pause for', goOffline: 'Go offline', since: (text) => `for ${text}`,
    reasons: ['小休', '培训', '会议', '用餐', '其他'], reasonNames: { 小休: 'Short break', 培训: 'Training', 会议: 'Meeting', 用餐: 'Meal', 其他: 'Other' }, changed: (s) => `You are now ${s.toLowerCase()}`, change: 'Change my state',
    offlineHint: 'You are offline and get no new chats.',
  },
  palette: {
    placeholder: 'Page, customer, chat, phrase or command…', pages: 'Pages', commands: 'Commands', sessions: 'Chats', phrases: 'Phrases (Enter copies)', searchAll: (q) => `Search all messages for "${q}"`, nothing: 'Nothing matches', hint: '↑↓ choose   Enter open   Esc close',
  },
  keys: {
    title: 'Keyboard', general: 'Everywhere', desk: 'Desk', palette: 'Search and commands', map: 'This page', oldest: 'Jump to the longest waiting chat', nextChat: 'Next chat', prevChat: 'Previous chat', send: 'Send', newline: 'New line', slash: 'At the start of the message: choose a phrase', suggestion: 'Take the first suggested phrase',
    suggestionN: 'Take the nth suggested phrase', transfer: 'Transfer', closeChat: 'Close the chat', note: 'Write a note', composer: 'Back to the message field', boxes: 'Next list: mine, waiting, group, closed', esc: 'Close what is open; on a phone back to the list', take: 'Take the waiting chat',
  },
  flag: { '': 'No flag', red: 'Red flag', amber: 'Amber flag', green: 'Green flag', blue: 'Blue flag', purple: 'Purple flag' },
  desk: {
    title: 'Desk', boxes: { mine: 'Mine', waiting: 'Waiting', group: 'Group', closed: 'Closed' }, openBox: 'Open', searchList: 'Customer, message', oldest: 'Oldest', oldestHelp: 'Jump to the longest waiting chat (Alt+J)', noneWaiting: 'Nobody is waiting',
    empty: {
      mine: ['No chats yet', 'Go online and new chats are given to you.'], waiting: ['Nobody is waiting', 'Queued visitors appear here and can be taken at once.'], group: ['No open chats in your group', 'Chats of your group\'s colleagues appear here.'], closed: ['No closed chats yet', 'Closed chats can be read here again.'],
    },
    emptyTalk: 'Choose a chat', emptyTalkHelp: 'The longest waiting is on top. Alt+J takes you there.', noMatch: 'No chat matches', lookingBack: (day) => `Looked back to ${day}, going on…`, anonymous: 'Visitor', waitingFor: (s) => `The customer has waited ${s}`, queuedFor: (s) => `Queued for ${s}`, unread: (n) => `${n} unread`,
    take: 'Take', accept: 'Accept', decline: 'Decline', offered: 'A new chat is offered to you', takenBy: (n) => `With ${n}`, reopen: 'Reopen', closedAt: (s) => `Closed ${s}`, notMine: 'This chat is not yours; you can read it.', watching: 'Watching: the customer does not see you', waitingHint: 'The customer is queued. Take the chat to answer.',
    transfer: 'Transfer', close: 'Close', more: 'More', tags: 'Tags', invite: 'Ask for a rating', invited: 'The rating invitation is sent', note: 'Note', notes: 'Notes', addNote: 'Add a note', notePlaceholder: 'Only colleagues see this', noteSaved: 'Note saved', log: 'Routing log', noLog: 'Nothing was logged',
    category: 'Category', backToList: 'Back to the list', info: 'Customer', newBelow: (n) => `${n} new below`, toBottom: 'To the newest', start: 'Start of the chat', older: 'Load earlier messages', typing: 'is typing…', sentBy: 'From',
    mark: { waiting: 'Sending', sent: 'Delivered', read: 'Read', failed: 'Not sent' }, failedHelp: 'Not sent', dropLine: 'Discard', unreadHere: 'Unread from here', image: 'Picture', file: 'File', download: 'Download', openImage: 'Open picture', closeImage: 'Close picture', imageGone: 'The picture cannot be shown',
    robot: 'Robot', auto: 'Automatic', systemName: 'System', resend: 'Send again',
    events: {
      queued: 'The customer joined the queue', assigned: (n) => `Assigned to ${n || 'an agent'}`, offered: (n) => `Offered to ${n || 'an agent'}`, transferred: (from, to) => `${from || 'The agent'} transferred this to ${to || 'somebody else'}`, closed: (n) => (n ? `${n} closed the chat` : 'The chat is closed'), reopened: 'The chat is open again',
      rated: (n) => `The customer gave ${n} of 5`, away: 'The customer left a message', note: 'Note', invited: 'The customer was asked for a rating', requeued: 'Queued again', taken: (n) => `${n || 'An agent'} took the chat`, opened: 'The chat began', returned: 'The customer came back', accepted: (n) => `${n || 'An agent'} accepted`, declined: (n) => `${n || 'An agent'} declined`,
      expired: 'No answer, offered to others', other: (s) => s,
    },
    composer: {
      placeholder: 'Write a message. Enter sends, Shift+Enter breaks the line, / chooses a phrase', label: 'Message', send: 'Send', emoji: 'Emoji', attach: 'Picture or file', phrase: 'Phrase (/)', order: 'Send an order card', product: 'Send a product card', drop: 'Drop to send', uploading: 'Uploading', tooLarge: (mb) => `Larger than ${mb} MB`, cancelUpload: 'Cancel upload', tooLong: (n) => `At most ${n} characters`,
      suggestions: 'Suggested phrases', suggestionHint: 'Tab takes it', empty: 'No phrase matches', draft: 'Draft', pasteImage: 'Send this picture?', noOrders: 'This customer has no orders', noProducts: 'No product matches', searchProducts: 'Search products',
    },
    transferTitle: 'Transfer the chat', transferTo: 'To', persons: 'Colleagues', groups: 'Groups', transferNote: 'Hand-over note', transferNoteHelp: 'Required: what does the next person need to know?', transferDone: (n) => `Transferred to ${n}`, load: (open, cap) => `${open}/${cap}`,
    logWhat: { queued: 'Queued', offered: 'Offered', declined: 'Declined', expired: 'Not answered in time', assigned: 'Assigned', requeued: 'Queued again', transferred: 'Transferred', closed: 'Closed', taken: 'Taken', accepted: 'Accepted', returned: 'Customer came back', reopened: 'Reopened' }, noTargets: 'Nobody can take this chat now', searchTarget: 'Name or group',
    closeTitle: 'Close the chat', closeCategory: 'Wrap-up category', closeNote: 'Wrap-up note', closeNoteHelp: 'Optional, for example the outcome', closeDone: 'The chat is closed', closeAsk: (n) => `Close the chat with "${n}"`, noCategory: 'No category', reopened: 'The chat is open again', tagsHelp: 'Type and press Enter to add',
    side: { customer: 'Customer', orders: 'Orders', phrases: 'Phrases', knowledge: 'Knowledge', earlier: 'Earlier' },
    customer: {
      name: 'Name', phone: 'Phone', email: 'E-mail', note: 'Note on the customer', flag: 'Flag', segment: 'Segment', age: 'Age band', lang: 'Language', key: 'Customer number', since: 'First seen', page: 'Came from', sessions: 'Chats', orders: 'Orders', spent: 'Spent', blocked: 'Blocked', saved: 'Customer saved', noFacts: '—', shop: 'Shop', channel: 'Channel', priority: 'Priority',
    },
    orders: {
      none: 'No orders', noneHelp: 'Orders of this customer appear here.', send: 'Send card', status: { created: 'Unpaid', paid: 'Paid', refunding: 'Refunding', refunded: 'Refunded', closed: 'Closed' }, postage: 'Postage', refund: 'Refund', paid: 'Paid', items: (n) => (n === 1 ? '1 item' : `${n} items`),
      refundStates: { requested: 'requested', approved: 'approved', completed: 'completed', rejected: 'rejected', done: 'completed', cancelled: 'cancelled' }, kinds: { refund: 'Refund only', return: 'Return', exchange: 'Exchange', compensation: 'Compensation' },
    },
    phrasesTab: { search: 'Code, pinyin or text', insert: 'Insert', base: 'Base', own: 'Mine', none: 'No phrases', noneHelp: 'Add some on the Phrases page, or import your marketplace\'s file.', manage: 'Manage phrases' },
    knowledge: { search: 'Search products and knowledge', none: 'Nothing matches', noneHelp: 'Imported knowledge can be looked up here while you chat.', send: 'Send product', copy: 'Insert', products: 'Products', entries: 'Knowledge' },
    earlier: { none: 'No earlier chats', open: 'Open', messages: (n) => (n === 1 ? '1 message' : `${n} messages`) },
    sessionGone: 'This chat was not found', sessionGoneHelp: 'It may be outside of what you may see.', away: (n) => `Left messages ${n}`,
    newCustomer: (n) => `${n} wrote`, newWaiting: 'A customer is waiting', offer: 'A chat is offered to you',
  },
  channel: { web: 'Web', mail: 'E-mail', voice: 'Telephone', import: 'Import' },
  sender: { customer: 'Customer', agent: 'Agent', robot: 'Robot', auto: 'Automatic', system: 'System' },
};
