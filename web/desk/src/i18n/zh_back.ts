/* The pages beside the desk: live board, search, reports, team, settings, phrases, left messages. */
export const zhBack = {
  live: {
    asOf: (s: string) => `截至 ${s}`, wrong: '需要处理', fine: '目前没有超时或异常。', watch: '旁观', openAgent: '查看客服', shops: '店铺', groups: '组', group: '组', agents: '客服', agent: '客服', today: '今日', waiting: '排队中', oldest: '最久等待', open: '进行中',
    received: '今日接待', answered: '已回复', unanswered: '未回复', firstReply: '首次响应', avgReply: '平均响应', within30: '30 秒应答率', within180: '3 分钟应答率', inState: '状态时长', oldestUnanswered: '最久未回复', todayReceived: '今日接待',
    here: '在岗', allGroups: '全部组', noAgents: '没有符合条件的客服', noSessions: '没有进行中的会话', takeOver: '接管', takeNote: '主管接管', inDesk: '在工作台打开',
  },
  find: {
    placeholder: '搜索所有消息，两个字即可', sender: '发送者', anySender: '全部发送者', anyAgent: '全部客服', start: '搜索全部会话的消息', startHelp: '输入词语（两个汉字起），可按发送者、客服、店铺和日期缩小范围。', none: '没有找到', noneHelp: '换个词，或放宽日期和发送者。', transcript: '会话记录',
  },
  rep: {
    views: { service: '日报', trend: '趋势', response: '响应', heat: '热力图', satisfaction: '满意度', robot: '机器人', contribution: '客服价值', funnel: '漏斗', sales: '销售', payment: '落实付款', refunds: '退款', workload: '工作量', calls: '电话' } as Record<string, string>, board: '看板', grouping: '分组', metric: '指标', exportXlsx: '导出 Excel', samples: '个样本',
    spans: { today: '今天', yesterday: '昨天', last7: '近 7 天', last14: '近 14 天', last30: '近 30 天', month: '本月', last_month: '上月', fixed: '固定日期' }, compares: { none: '不对比', previous: '对比前一段', last_week: '对比上周同期', last_year: '对比去年同期' },
    channels: { web: '网页', mail: '邮件', voice: '电话', import: '导入', other: '其他' } as Record<string, string>, allChannels: '全部渠道', allCategories: '全部分类',
    by: { agent: '客服', group: '组', shop: '店铺', channel: '渠道', category: '小结分类', day: '日', week: '周', month: '月', hour: '时段', weekday: '星期' } as Record<string, string>, profile: '口径',
    profiles: { '': '默认口径', taobao: '淘宝', jd: '京东', douyin: '抖音', pdd: '拼多多', callcentre: '呼叫中心', plain: '通用', mixed: '各店不同' } as Record<string, string>,
    windows: { session_gap_ms: '会话间隔', session_gap_min: '会话间隔', session_gap_s: '会话间隔', round_cap_ms: '轮次上限', round_cap_s: '轮次上限', cut_hour: '业务日分割点', timezone: '时区', from: '开始', to: '结束', within_s: '应答秒数', answer_within_s: '应答秒数', reopen_ms: '续接窗口', hours_from: '统计起始', hours_to: '统计截止', slow_ms: '慢响应', long_ms: '长接待' } as Record<string, string>,
    hours: '应答率计入时段', filtered: '已过滤', filters: { own_staff: '内部人员', staff: '内部人员', robot: '机器人', robots: '机器人', platform: '平台账号', empty: '空会话', code_word: '暗语', single_line: '单句', monologue: '单口会话', forwarded: '转发', forward: '转发', agents: '指定客服', after_sales: '售后账号' } as Record<string, string>,
    pending: '延迟统计', pendingHelp: '统计窗口尚未结束', noBefore: '无对比', before: (n: number) => (n === 1 ? '较前一天' : `较前 ${n} 天`), total: '合计', empty: '这段时间没有数据', emptyHelp: '换一个日期范围，或检查过滤条件。', loadedOf: (n: number, all: number) => `已加载 ${n.toLocaleString('en')} / ${all.toLocaleString('en')} 行，合计为全部数据`, drawnOf: (n: number, all: number) => `图表按前 ${n.toLocaleString('en')} 行绘制，共 ${all.toLocaleString('en')} 行`, noSessions: '没有会话', chartOf: '图表指标',
    score: {
      title: '综合评分', template: '评分模板', shipped: '综合评分', rank: '名次', score: '得分', prize: '奖项', saveCopy: '另存副本', copyOf: (n: string) => `${n} 副本`, points: (n: string) => `${n} 分`, scale: (a: string, b: string) => `${a} 得 0 分，${b} 得满分，之间按比例`, weight: '权重', worst: '零分线', best: '满分线', addItem: '添加指标',
      help: '每项在零分线与满分线之间按比例得分，乘以权重后相加；没有数据的项不计入。', prizes: '奖项，每行一个，从第一名起', removeAsk: (n: string) => `删除评分模板“${n}”？`, removeHelp: '模板删除后不能恢复，评分数据不受影响。',
    },
    odd: {
      title: '异常', none: '没有发现异常', noneHelp: '每位客服的每天、每小时都与其自身历史和同事比较，明显偏离的列在这里。', sessions: '查看会话', dismiss: '搁置', dismissed: '显示已搁置的', note: '说明', notePlace: '写明原因，例如：当天培训', score: (s: string, q: string) => `偏离 ${s}，q ${q}`,
      scoreHelp: '偏离：距平常水平的稳健标准差个数；q：误报率控制后的显著性',
    },
    design: {
      title: '自定义报表', add: '新建报表', none: '还没有自定义报表', noneHelp: '选择指标、分组、过滤和图表，保存后可共享给同事或固定到看板。', owner: '创建人', shared: '共享', sharings: { none: '仅自己', group: '本组', all: '所有人' }, updated: '修改时间', pin: '固定到看板', unpin: '取消固定', removeAsk: (n: string) => `删除报表“${n}”？`,
      removeHelp: '共享给同事的也会一起消失。', namePlace: '报表名称', choose: '请至少选择一个指标和一个分组', metrics: '指标', span: '日期', compare: '对比', filters: '过滤', shape: '展示', chart: '图表', charts: { none: '不画图', line: '折线', bar: '柱形', stack: '堆叠柱形', heat: '热力图', funnel: '漏斗' } as Record<string, string>, order: '排序', byName: '按名称排序',
      limit: '最多行数', noPins: '看板还是空的', noPinsHelp: '在自定义报表中把常看的固定到这里。',
    },
  },
  team: {
    people: '人员', groups: '组', skills: '技能', roles: '角色权限', name: '姓名', role: '角色', shops: '店铺', capacity: '同时接待', capacityHelp: '同时接待的网页会话上限', kind: '类型', kinds: { human: '人工', robot: '机器人', platform: '平台' } as Record<string, string>, active: '在职', inactive: '停用', isDisabled: '已停用', left: '已离职',
    noAccount: '不能登录', add: '新增人员', import: '批量导入', empty: '还没有人员', emptyHelp: '逐个新增，或从表格粘贴一份名单。', reset: '重置密码', resetAsk: (n: string) => `为 ${n} 生成重置链接？`, resetHelp: '链接限时有效，只能用一次；用它设置新密码后，对方现有的登录全部结束。', enable: '启用', disable: '停用', enabled: (n: string) => `已启用 ${n}`, disabled: (n: string) => `已停用 ${n}`,
    disableAsk: (n: string) => `停用 ${n}？`, disableHelp: '停用后立即退出登录，不能再接待；历史记录保留，可随时启用。', handTitle: (n: string) => `交给 ${n}`, handLink: '把这个链接交给本人，用来设置新密码。关闭后不再显示。', handPassword: '这是一次性密码，首次登录后须修改。关闭后不再显示。', accountHelp: '用于登录。系统会生成一次性密码。',
    ownShops: '负责店铺', ownShopsHelp: '除所在组的店铺外，另外负责的店铺', chooseFile: '选择文件', importExample: '账号\t姓名\t角色\t组\t店铺\nwang.min\t王敏\t客服\t售前一组\t素心衣橱', line: '行', result: '结果', results: { new: '新增', updated: '更新', rejected: '拒绝' } as Record<string, string>,
    imported: (a: number, b: number, c: number) => `新增 ${a}，更新 ${b}，拒绝 ${c}`, importSum: (a: number, b: number, c: number) => `将新增 ${a} 人，更新 ${b} 人，拒绝 ${c} 行`, importNow: (n: number) => (n ? `导入 ${n} 人` : '导入'), noGroups: '还没有组', noGroupsHelp: '组决定谁接待哪些店铺，也决定班长能看到谁。', addGroup: '新建组', serves: '接待店铺', servesHelp: '该组接待这些店铺的客户',
    noSkills: '还没有技能', noSkillsHelp: '技能用于分配：需要某项技能的会话只分给具备的人。', newSkill: '新技能名称', addRole: '新建角色', rolesHelp: '勾选即保存。范围决定能看到谁的数据。', scope: '数据范围', scopes: { own: '本人', group: '本组', shop: '所属店铺', all: '全部' } as Record<string, string>, count: (n: number) => `${n} 人`, copyFrom: '权限复制自', link: '链接', linksTitle: (n: number) => `已为 ${n} 位新同事生成登录链接`, linksHelp: '每个链接只能用一次，用来设置自己的密码。关闭后不再显示，请先保存并分发。', linksSave: '保存为 CSV',
  },
  set: {
    shops: '店铺', categories: '小结分类', tags: '标签', system: '系统参数', audit: '审计', shop: '店铺', hours: '营业时间', widget: '挂件', addShop: '新建店铺', createShop: '创建店铺', noShops: '还没有店铺', noShopsHelp: '店铺是客户看到的名称、颜色和营业时间。', now: '目前', openNow: '营业中', closedNow: '休息', closed: '已停用', timezone: '时区', currency: '币种', routing: '分配方式',
    routings: { assign: '直接分配', offer: '邀请后接受' } as Record<string, string>, greetingEn: '欢迎语（英文）', awayText: '非营业时间提示', awayTextEn: '非营业时间提示（英文）', origins: '允许的网站', originsHelp: '可以放置挂件的网站来源，每行一个；留空则仅本服务器', profileHelp: '报表按此平台规则计算', cutHour: '业务日分割点', cutHourHelp: '几点之前算前一天', returnDays: '回头客', returnDaysHelp: '这么多天内再来，优先分给上次的客服',
    serving: '启用', servingHelp: '停用后不再接待，记录保留', weekdays: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'], noHours: '尚未设置营业时间：视为全天营业。', dayClosed: '休息', addSpan: '添加时段', copyToAll: '复制到每天', specialDays: '节假日与调休', specialHelp: '指定日期休息，或按另一个星期几的时间上班。', worksAs: '按何时上班', closedAllDay: '全天休息',
    like: (d: string) => `按${d}上班`, addDay: '添加日期', spanOrder: '有时段的结束时间不晚于开始时间。', from: '开始时间', to: '结束时间', nextDay: '次日', visitorKey: '访客签名密钥', visitorKeyHelp: '店铺网站用它为已登录的客户签名，请只保存在服务器端。', newKey: '更换密钥', newKeyAsk: (n: string) => `更换“${n}”的密钥？`, newKeyHelp: '旧密钥立即失效，网站需要同时更新。', show: '显示', hide: '隐藏',
    nameEn: '英文名称', sort: '顺序', inUse: '使用中', categoriesHelp: '结束会话时选择，用于统计咨询原因。', noCategories: '还没有分类', noCategoriesHelp: '添加几个常见的咨询原因，例如尺码、物流、退换。', noTags: '还没有标签', noTagsHelp: '标签可在接待时随手新增，也可在这里预先准备。', newTag: '新标签', isDefault: '默认值',
    who: '操作人', action: '操作', subject: '对象', detail: '内容', address: '地址', theSystem: '系统', exported: '导出报表', anyone: '全部人员', anySubject: '全部对象', noAudit: '没有记录',
    subjects: { person: '人员', login: '登录', session: '会话', customer: '客户', shop: '店铺', group: '组', team_group: '组', role: '角色', skill: '技能', phrase: '话术', category: '分类', tag: '标签', setting: '参数', away_form: '留言', file: '文件', import: '导入', import_mapping: '导入映射', import_names: '昵称绑定', people: '人员名单', design: '报表', score_template: '评分模板', month_close: '月结', delivery: '推送', alert: '预警', anomaly: '异常', report_export: '导出' } as Record<string, string>,
  },
  phr: {
    help: '公共话术全员可用，个人话术只有自己可见。', folder: '分组', code: '编码', text: '内容', kind: '类型', used: '使用次数', one: '话术', add: '新增话术', import: '导入平台话术', export: '导出', removeAsk: '删除这条话术？', removed: '话术已删除', first: (n: number) => `只显示前 ${n} 条，请用搜索缩小范围。`, emptyHelp: '新增一条，或导入千牛等平台导出的快捷短语文件。', codeHelp: '接待时输入编码即可调出',
    ownLong: '个人话术（仅自己可见）', baseLong: '公共话术（全员可用）', importHelp: '直接使用平台导出的快捷短语文件（GB18030 或 UTF-8），第一行是：', imported: (a: number, b: number, c: number, d: number) => `新增 ${a} 条，更新 ${b} 条，未变 ${c} 条，拒绝 ${d} 条`,
  },
  away: { help: '访客在非营业时间留下的内容，联系后标记完成。', open: '待处理', done: '已处理', none: '没有待处理的留言', noneDone: '还没有处理过的留言', contact: '联系方式', text: '留言', mark: '标记完成', marked: '已标记完成' },
};
