/** Chinese|English */
const words = {
  open: '联系客服|Chat with us',
  unread: '{n} 条未读消息|{n} unread',
  close: '收起|Minimise',
  end: '结束|End',
  connecting: '连接中…|Connecting…',
  offline: '网络已断开，恢复后自动发送|You are offline. Messages go out when you are back.',
  refused: '暂时无法连接客服|Chat is not available right now',
  again: '重试|Try again',
  service: '在线客服|Customer service',
  queued: '正在排队，您是第 {n} 位|You are number {n} in the queue',
  queuedSoon: '正在为您接入客服…|Finding someone for you…',
  serving: '客服 {n} 为您服务|{n} is with you',
  ended: '会话已结束|Chat ended',
  away: '非营业时间|We are away',
  ask: '请输入您的问题|Type your question',
  message: '消息|Message',
  send: '发送|Send',
  emoji: '表情|Emoji',
  attach: '发送图片或文件|Send a picture or file',
  photo: '图片|Picture',
  file: '文件|File',
  drop: '松开即可发送|Drop to send',
  log: '对话内容|Conversation',
  older: '查看更早的消息|Show earlier messages',
  loading: '正在加载…|Loading…',
  below: '新消息 ↓|New messages ↓',
  typing: '对方正在输入…|Typing…',
  waiting: '等待发送|Waiting',
  sending: '发送中|Sending',
  sent: '已发送|Sent',
  read: '已读|Read',
  failed: '发送失败|Not sent',
  drop_it: '删除|Delete',
  uploading: '上传中 {n}%|Uploading {n}%',
  tooLarge: '“{n}”超过 {m}，未能发送|“{n}” is larger than {m} and was not sent',
  empty: '“{n}”是空文件，未能发送|“{n}” is empty and was not sent',
  lostFile: '文件已不在此浏览器中，请重新选择|The file is no longer in this browser. Please choose it again.',
  noFile: '无法打开该文件|The file could not be opened',
  me: '我|Me',
  robot: '智能客服|Assistant',
  auto: '自动回复|Automatic reply',
  agent: '客服|Agent',
  product: '商品|Product',
  order: '订单|Order',
  sendProduct: '发送商品|Send this product',
  dismiss: '关闭|Dismiss',
  items: '共 {n} 件|Items: {n}',
  open_image: '查看图片：{n}|Open picture: {n}',
  download: '下载：{n}|Download: {n}',
  view: '查看详情|View details',
  evQueued: '已进入排队|You are in the queue',
  evAssigned: '客服 {n} 已接入|{n} joined the chat',
  evAssignedNone: '客服已接入|An agent joined the chat',
  evTransferred: '已为您转接|You are being transferred',
  evTransferredTo: '已为您转接给 {n}|You were transferred to {n}',
  evClosed: '本次会话已结束|This chat has ended',
  evRated: '感谢您的评价|Thank you for your rating',
  evAway: '客服暂时离开，稍后为您继续|The agent is away for a moment and will be back',
  evReturned: '客服正在重新为您安排|We are finding another agent for you',
  rateTitle: '请为本次服务打分|How did we do?',
  rate1: '很不满意|Very poor',
  rate2: '不满意|Poor',
  rate3: '一般|Fair',
  rate4: '满意|Good',
  rate5: '非常满意|Very good',
  stars: '{n} 星，{m}|{n} stars, {m}',
  comment: '想说的话（选填）|Anything to add? (optional)',
  submit: '提交|Submit',
  awayTitle: '给我们留言|Leave a message',
  awayText: '现在不在营业时间，请留下联系方式，我们会尽快回复您。|We are closed at the moment. Leave a message and we will get back to you.',
  nextOpen: '{n} 恢复服务|Back {n}',
  contact: '手机号或邮箱|Phone or e-mail',
  contactHint: '方便我们联系您|So that we can reach you',
  awayMessage: '留言内容|Your message',
  awaySend: '提交留言|Send message',
  awayWaiting: '连接恢复后自动提交|It goes out when you are back online',
  awaySent: '留言已收到，我们会尽快与您联系。|Got it. We will get back to you.',
  awayMore: '再留一条|Leave another',
  need: '请填写此项|Please fill this in',
  endAsk: '结束本次会话？|End this chat?',
  endYes: '结束会话|End chat',
  endNo: '继续聊|Keep chatting',
  fresh: '开始新会话|Start a new chat',
  freshHint: '会话已结束。直接发消息可以继续联系我们。|This chat has ended. Just write to reach us again.',
  yesterday: '昨天|Yesterday',
  tomorrow: '明天|tomorrow',
  created: '待付款|Not paid yet',
  paid: '已付款|Paid',
  refunding: '退款中|Refund in progress',
  refunded: '已退款|Refunded',
  closed: '已关闭|Closed',
};

export type Word = keyof typeof words;

export type Lang = 'zh' | 'en';

let lang: Lang = 'zh';

export const language = (): Lang => lang;
export const locale = (): string => (lang === 'zh' ? 'zh-CN' : 'en');

/** The script tag's word, else the page's, else the browser's; whoever speaks neither reads English. */
export function chooseLanguage(asked?: string): Lang {
  const known = [asked, document.documentElement.lang, navigator.language].find((l) => /^(zh|en)/i.test(l || ''));
  lang = /^zh/i.test(known || '') ? 'zh' : 'en';
  return lang;
}

export function say(word: Word, n: string | number = '', m = ''): string {
  return words[word].split('|')[lang === 'zh' ? 0 : 1]!.replace('{n}', () => String(n)).replace('{m}', () => m);
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', hour12: false });
}

const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** 14:05, 昨天 14:05, 3月4日 14:05 */
export function moment(at: number, now = Date.now()): string {
  const days = Math.round((dayOf(now) - dayOf(at)) / 86400000);
  if (days === 0)
    return clock(at);
  if (days === 1 || days === -1)
    return `${say(days > 0 ? 'yesterday' : 'tomorrow')} ${clock(at)}`;
  const d = new Date(at);
  const far = d.getFullYear() !== new Date(now).getFullYear();
  return `${d.toLocaleDateString(locale(), { year: far ? 'numeric' : undefined, month: lang === 'zh' ? 'long' : 'short', day: 'numeric' })} ${clock(at)}`;
}

export function exact(at: number): string {
  return new Date(at).toLocaleString(locale());
}

/** Minor units to what people write. */
export function money(minor: number, currency: string): string {
  try {
    return new Intl.NumberFormat(locale(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(minor / 100);
  } catch {
    return (minor / 100).toFixed(2);
  }
}

export function bytes(n: number): string {
  return n < 1024 ? `${n} B` : n < 1048576 ? `${Math.round(n / 1024)} KB` : `${(n / 1048576).toFixed(n < 10485760 ? 1 : 0)} MB`;
}
