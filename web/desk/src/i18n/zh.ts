import { zhActs } from './zh_acts';
import { zhBack } from './zh_back';
import { zhImport } from './zh_import';
import { zhWatch } from './zh_watch';
import { zhRules } from './zh_rules';
import { zhSales } from './zh_sales';

/* Every word the desk shows. en.ts has the same keys; the compiler checks. Pages of the back office: zh_back.ts. */
export const zh = {
  ...zhBack, acts: zhActs as Record<string, string>,
  ...zhImport,
  ...zhWatch,
  ...zhRules, ...zhSales,
  common: {
    app: '蚁球', colon: '：', semicolon: '；', comma: '，', save: '保存', cancel: '取消', ok: '确定', close: '关闭', edit: '编辑', add: '新建', remove: '删除', copy: '复制', copied: '已复制', retry: '重试', search: '搜索',
    more: '加载更多', all: '全部', none: '无', yes: '是', no: '否', loading: '正在加载', back: '返回', next: '下一步', done: '完成', skip: '稍后再说', undo: '撤销',
    offline: '连不上服务器，请检查网络', failed: '没有成功', unsaved: '未保存', saved: '已保存', required: '请填写', optional: '选填', name: '名称', state: '状态', time: '时间', actions: '操作',
    columns: '显示列', resetColumns: '恢复默认', rows: (n: number) => `共 ${n} 条`, exportCsv: '导出 CSV', refresh: '刷新', notFound: '没有这个页面', goHome: '回到首页',
    noRight: '您没有查看此页的权限', noPages: '您的账号还没有可用的页面', noRightHelp: '如需开通，请联系管理员。', errorTitle: '没能加载', day: '天', minutes: '分钟',
  },
  time: { today: '今天', yesterday: '昨天', s: '秒', min: '分', h: '小时', days: (n: number) => `${n} 天` },
  sign: {
    title: '登录蚁球客服中心', account: '账号', password: '密码', signIn: '登录', showPassword: '显示密码', ended: '登录已结束，请重新登录。未发出的消息和草稿都保留在本机。', forgot: '忘记密码？请班长或管理员为您生成重置链接。',
    slogan: '每一条消息都有回音', resetTitle: '设置新密码', resetBad: '链接无效或已过期，请让班长重新生成一个。', newPassword: '新密码', repeat: '再输入一次', differ: '两次输入不一致',
    passwordRule: '至少 10 个字符，避免常见密码', resetDone: '密码已更新，请用新密码登录。', changeTitle: '请先修改密码', changeHelp: '您正在使用一次性密码。修改后才能继续使用。', oldPassword: '当前密码', change: '修改密码',
    changed: '密码已修改', noServer: '服务器没有回应', noServerHelp: '请检查网络，或联系管理员确认服务已启动。',
  },
  setup: {
    title: '首次启动', hello: '几步之后，您的客服中心就能接待客户了。', admin: '管理员', shop: '店铺', people: '人员', hours: '营业时间', widget: '挂件', test: '试聊',
    token: '启动令牌', tokenHelp: '服务器首次启动时打印在终端里，只能使用一次。', yourName: '您的姓名', language: '界面语言', create: '创建管理员', shopName: '店铺名称', shopKey: '店铺标识', shopKeyHelp: '小写字母、数字和短横线，会出现在挂件代码里。',
    shopHelp: '客户看到的名称和颜色。以后可以添加更多店铺。', colour: '颜色', greeting: '欢迎语', greetingDefault: '您好，欢迎光临！请问有什么可以帮您？', peopleHelp: '从表格复制粘贴或上传 CSV，每行：账号、姓名、角色、组、店铺。之后也可以随时添加。',
    hoursHelp: '营业时间之外，访客可以留言。', widgetHelp: '把这一行代码粘贴到网页的 </body> 之前：', widgetNext: '保存后刷新您的网页，右下角会出现聊天按钮。', testHelp: '打开试聊页，像访客一样说句话；消息会出现在工作台。',
    openTest: '打开试聊页', openDesk: '进入工作台', goOnline: '上线接待', everyDay: '每天', weekdays: '周一至周五', step: (n: number, of: number) => `第 ${n} 步，共 ${of} 步`,
  },
  nav: {
    desk: '工作台', live: '实时', reports: '数据', phrases: '话术', team: '团队', settings: '设置', search: '搜索', away: '留言', figures: '数据对照', collapse: '收起菜单', expand: '展开菜单', menu: '菜单', skip: '跳到内容',
  },
  top: {
    allShops: '全部店铺', palette: '搜索或输入命令', alerts: '提醒', noAlerts: '目前一切正常', language: 'English', theme: '深色 / 浅色', light: '浅色', dark: '深色', system: '跟随系统', me: '我', logins: '登录设备',
    password: '修改密码', signOut: '退出登录', keys: '快捷键', endLogin: '结束', thisLogin: '本机', loginEnded: '已结束该登录', sound: '提示音', desktop: '桌面通知', desktopAsk: '开启桌面通知', desktopDenied: '浏览器已禁止通知，请在地址栏的网站设置里允许',
    desktopOn: '桌面通知已开启', line: { off: '', connecting: '正在连接…', open: '已连接', waiting: '连接中断，正在重连' }, lineHelp: '消息照常可写，恢复后自动发出', reconnecting: (s: number) => `连接中断，${s} 秒后重试`,
    loginsHelp: '结束一个登录会立即断开那台设备。', since: '起',
  },
  state: {
    online: '在线', paused: '挂起', wrapup: '收尾', offline: '离线', goOnline: '上线', pauseFor: '挂起原因', goOffline: '离线', since: (text: string) => `已 ${text}`,
    reasons: ['小休', '培训', '会议', '用餐', '其他'], reasonNames: { 小休: '小休', 培训: '培训', 会议: '会议', 用餐: '用餐', 其他: '其他' } as Record<string, string>, changed: (s: string) => `状态已改为${s}`, change: '更改我的状态',
    offlineHint: '您处于离线状态，不会分到新会话。',
  },
  palette: {
    placeholder: '页面、客户、会话、话术或命令…', pages: '页面', commands: '命令', sessions: '会话', phrases: '话术（回车复制）', searchAll: (q: string) => `在全部消息中搜索“${q}”`, nothing: '没有匹配的结果', hint: '↑↓ 选择　回车 打开　Esc 关闭',
  },
  keys: {
    title: '快捷键', general: '通用', desk: '工作台', palette: '搜索与命令', map: '本页', oldest: '跳到等待最久的会话', nextChat: '下一个会话', prevChat: '上一个会话', send: '发送', newline: '换行', slash: '在输入框开头：选择话术', suggestion: '采用第 1 条话术建议',
    suggestionN: '采用第 n 条话术建议', transfer: '转接', closeChat: '结束会话', note: '写备注', composer: '回到输入框', boxes: '轮换列表：我的、等待、本组、已结束', esc: '关闭弹层；手机上返回列表', take: '接入等待中的会话',
  },
  flag: { '': '无旗帜', red: '红旗', amber: '黄旗', green: '绿旗', blue: '蓝旗', purple: '紫旗' } as Record<string, string>,
  desk: {
    title: '工作台', boxes: { mine: '我的', waiting: '等待', group: '本组', closed: '已结束' }, openBox: '进行中', searchList: '客户、消息', oldest: '最久', oldestHelp: '跳到等待最久的会话 (Alt+J)', noneWaiting: '没有客户在等',
    empty: {
      mine: ['还没有会话', '上线后，新会话会自动分给您。'], waiting: ['没有人在等', '访客排队时会出现在这里，您可以直接接入。'], group: ['本组没有进行中的会话', '同组同事的会话会显示在这里。'], closed: ['还没有已结束的会话', '结束的会话可以在这里回看。'],
    } as Record<string, [string, string]>,
    emptyTalk: '选择一个会话开始接待', emptyTalkHelp: '等待最久的排在最前。按 Alt+J 直接跳过去。', noMatch: '没有符合条件的会话', lookingBack: (day: string) => `已查到 ${day}，继续往前查找…`, anonymous: '访客', waitingFor: (s: string) => `客户已等 ${s}`, queuedFor: (s: string) => `排队 ${s}`, unread: (n: number) => `${n} 条未读`,
    take: '接入', accept: '接受', decline: '谢绝', offered: '新会话分配给您', takenBy: (n: string) => `由 ${n} 接待`, reopen: '重新打开', closedAt: (s: string) => `结束于 ${s}`, notMine: '此会话不在您名下，仅供查看。', watching: '正在旁观，客户看不到您', waitingHint: '客户在排队，接入后即可回复。',
    transfer: '转接', close: '结束', more: '更多', tags: '标签', invite: '邀请评价', invited: '已发送评价邀请', note: '备注', notes: '备注', addNote: '添加备注', notePlaceholder: '只有同事能看到', noteSaved: '备注已保存', log: '流转记录', noLog: '没有流转记录',
    category: '小结', backToList: '返回列表', info: '客户信息', newBelow: (n: number) => `${n} 条新消息`, toBottom: '回到最新', start: '会话开始', older: '加载更早的消息', typing: '对方正在输入…', sentBy: '发送者',
    mark: { waiting: '发送中', sent: '已送达', read: '已读', failed: '未发出' }, failedHelp: '没有发出', dropLine: '放弃', unreadHere: '以下是未读消息', image: '图片', file: '文件', download: '下载', openImage: '查看大图', closeImage: '关闭大图', imageGone: '图片无法显示',
    robot: '机器人', auto: '自动回复', systemName: '系统', resend: '重发',
    events: {
      queued: '客户进入排队', assigned: (n: string) => `已分配给 ${n || '客服'}`, offered: (n: string) => `已邀请 ${n || '客服'} 接待`, transferred: (from: string, to: string) => `${from || '客服'} 转接给 ${to || '其他客服'}`, closed: (n: string) => (n ? `${n} 结束了会话` : '会话已结束'), reopened: '会话重新打开',
      rated: (n: number) => `客户评价：${n} 分`, away: '客户留言', note: '备注', invited: '已邀请客户评价', requeued: '重新排队', taken: (n: string) => `${n || '客服'} 接入了会话`, opened: '会话开始', returned: '客户回来继续会话', accepted: (n: string) => `${n || '客服'} 接受了会话`, declined: (n: string) => `${n || '客服'} 未接受`,
      expired: '无人应答，重新分配', other: (s: string) => s,
    },
    composer: {
      placeholder: '输入消息，Enter 发送，Shift+Enter 换行，/ 选话术', label: '消息', send: '发送', emoji: '表情', attach: '图片或文件', phrase: '话术 (/)', order: '发送订单卡片', product: '发送商品卡片', drop: '松开即可发送', uploading: '正在上传', tooLarge: (mb: number) => `文件超过 ${mb} MB`, cancelUpload: '取消上传', tooLong: (n: number) => `最多 ${n} 个字`,
      suggestions: '话术建议', suggestionHint: 'Tab 采用', empty: '没有匹配的话术', draft: '草稿', pasteImage: '发送这张图片？', noOrders: '该客户没有订单', noProducts: '没有匹配的商品', searchProducts: '搜索商品',
    },
    transferTitle: '转接会话', transferTo: '转给', persons: '同事', groups: '组', transferNote: '交接说明', transferNoteHelp: '必填：对方接手前需要知道什么', transferDone: (n: string) => `已转接给 ${n}`, load: (open: number, cap: number) => `${open}/${cap}`,
    logWhat: { queued: '排队', offered: '邀请接待', declined: '谢绝', expired: '超时未接', assigned: '分配', requeued: '重新排队', transferred: '转接', closed: '结束', taken: '主动接入', accepted: '接受', returned: '客户返回', reopened: '重新打开' } as Record<string, string>, noTargets: '没有可以接手的同事或组', searchTarget: '姓名或组名',
    closeTitle: '结束会话', closeCategory: '小结分类', closeNote: '小结说明', closeNoteHelp: '选填，例如处理结果', closeDone: '会话已结束', closeAsk: (n: string) => `结束与“${n}”的会话`, noCategory: '不分类', reopened: '会话已重新打开', tagsHelp: '输入后回车可新增',
    side: { customer: '客户', orders: '订单', phrases: '话术', knowledge: '知识', earlier: '历史' },
    customer: {
      name: '姓名', phone: '电话', email: '邮箱', note: '客户备注', flag: '旗帜', segment: '客群', age: '年龄段', lang: '语言', key: '客户编号', since: '首次到访', page: '来访页面', sessions: '会话', orders: '订单', spent: '累计消费', blocked: '已拉黑', saved: '客户资料已保存', noFacts: '—', shop: '店铺', channel: '渠道', priority: '优先级',
    },
    orders: {
      none: '没有订单', noneHelp: '客户下单后会显示在这里。', send: '发送卡片', status: { created: '待付款', paid: '已付款', refunding: '退款中', refunded: '已退款', closed: '已关闭' } as Record<string, string>, postage: '邮费', refund: '退款', paid: '实付', items: (n: number) => `${n} 件`,
      refundStates: { requested: '已申请', approved: '已同意', completed: '已完成', rejected: '已拒绝', done: '已完成', cancelled: '已取消' } as Record<string, string>, kinds: { refund: '仅退款', return: '退货退款', exchange: '换货', compensation: '补偿' } as Record<string, string>,
    },
    phrasesTab: { search: '编码、拼音或内容', insert: '填入', base: '公共', own: '我的', none: '没有话术', noneHelp: '在“话术”页添加，或导入平台的话术文件。', manage: '管理话术' },
    knowledge: { search: '搜索商品与知识', none: '没有匹配的内容', noneHelp: '导入知识后，可在接待时查阅。', send: '发送商品', copy: '填入', products: '商品', entries: '知识' },
    earlier: { none: '没有更早的会话', open: '查看', messages: (n: number) => `${n} 条消息` },
    sessionGone: '找不到这个会话', sessionGoneHelp: '它可能不在您的查看范围内。', away: (n: number) => `留言 ${n}`,
    newCustomer: (n: string) => `${n} 发来消息`, newWaiting: '有客户在排队', offer: '新会话等待您接受',
  },
  channel: { web: '网页', mail: '邮件', voice: '电话', import: '导入' } as Record<string, string>,
  sender: { customer: '客户', agent: '客服', robot: '机器人', auto: '自动回复', system: '系统' } as Record<string, string>,
};
