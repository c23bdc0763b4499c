/* Today beside last week, alerts on live figures, deliveries, closed months. */
export const zhWatch = {
  watch: {
    scoreCopy: '内置模板不能修改；另存副本后，可以调整指标、权重和奖项。',
    rightNow: '此刻', besides: (day: string, at: string) => `与上周同一天（${day}）截至 ${at} 的数字对比`, lastWeek: (v: string) => `上周 ${v}`, manyTimes: '10 倍以上', same: '持平', points: (n: string) => `${n} 点`,
    title: '预警', add: '新建预警', firing: '正在预警', lasting: (s: string) => `已持续 ${s}`, quiet: '正常', everywhere: '全部店铺', someDelivery: '群机器人', help: '实时数字越过阈值并持续一段时间后，在实时页、大屏和群机器人里提醒；回到正常后自动解除。',
    rule: (metric: string, op: string, value: string) => `${metric}${op} ${value}`, metrics: { waiting: '排队人数', longest_wait_s: '最长等待', open_per_agent: '人均进行中会话', answered_within: '30 秒应答率' }, ops: { above: '高于', below: '低于' },
    when: '条件', metric: '指标', place: '范围', placeHelp: '请选择您负责的店铺或组', op: '比较', value: '阈值', hold: '持续时间', holdHelp: '连续越过阈值这么久才提醒，避免数字抖动时反复打扰。', atOnce: '立即', tells: '提醒方式', inPage: '页面', inPageLong: '在实时页和大屏显示', robot: '同时发到', robotHelp: '一分钟内的多条预警合并成一条发出',
    robotNone: '还没有可用的推送，请先新建：', persons: '人', chats: '个会话', change: '修改预警', none: '还没有预警', noneHelp: '例如：排队人数高于 5 人持续 10 秒时提醒。', removeAsk: (n: string) => `删除预警“${n}”？`, removeHelp: '它的触发记录会一起删除。',
    log: '触发记录', noLog: '还没有触发过', began: '开始', then: '触发时', worst: '最差', lasted: '持续', still: '仍在持续',
  },
  sends: {
    title: '推送', help: '每天、每周或每月把日报或自定义报表发到邮箱或群机器人；内容不含客户的电话和昵称。', add: '新建推送', none: '还没有推送', noneHelp: '例如：每天 9:00 把昨天的日报发到客服群。', digest: '日报', content: '内容', channel: '发送到', channels: { mail: '邮件', dingtalk: '钉钉群', feishu: '飞书群', wecom: '企业微信群' },
    target: '地址', mailTarget: '收件邮箱', mailHelp: '多个邮箱用逗号分隔，最多 20 个', hook: '机器人 Webhook 地址', hooks: { mail: '', dingtalk: '钉钉群设置 → 机器人 → 自定义，安全设置选“加签”', feishu: '飞书群设置 → 群机器人 → 自定义机器人，安全设置选“签名校验”', wecom: '企业微信群 → 群机器人 → 添加，复制 Webhook 地址' },
    secret: '签名密钥', secretKept: '已保存，留空则不变', secretHelp: '只写不读，保存后不再显示', schedule: '时间', every: { daily: '每天', weekly: '每周', monthly: '每月' }, dayOf: (d: number) => `${d} 日`, shortMonth: '没有这一天的月份在月末发出', at: '时刻', shop: '店铺', attach: '附上 Excel 文件', attachHelp: '仅邮件可带附件',
    next: '下次发送', last: '最近一次', pause: '暂停', resume: '恢复', paused: '已暂停', test: '发送测试', tested: '测试消息已排队，结果见发送记录', log: '发送记录', noLog: '还没有发送过', removeAsk: (n: string) => `删除推送“${n}”？`, removeHelp: '它的发送记录会一起删除。', hidden: '仅创建者可见', attempts: '尝试次数', due: '计划时间', finished: '完成时间', result: '结果',
    states: { waiting: '等待发送', sending: '发送中', sent: '已发出', joined: '已合并', failed: '失败', stopped: '已停止' } as Record<string, string>, kinds: { scheduled: '定时', test: '测试', alert: '预警' }, never: '未发送',
    noMail: '尚未配置邮件服务器', noMailHelp: '请运维人员在 antball.conf 中填写 smtp_url 和 smtp_from 后重启服务；在此之前可以使用群机器人。', noRobot: '未允许任何群机器人地址', noRobotHelp: '请运维人员在 antball.conf 的 robot_hosts 中列出机器人所在的主机。', hostsHelp: (h: string) => `允许的主机：${h}`, ofDesign: '定时推送', saveFirst: '先保存报表，再设置定时推送',
    channelFixed: '内容、渠道和店铺不能修改；需要时请另建一个。',
  },
  months: {
    title: '月结', help: '月结后，这个月的数字和计算规则固定下来，不再改变；之后到的退款或补录的数据另列为“重述”。', close: '月结一个月', none: '还没有月结', noneHelp: '工资或奖金结算后，把那个月固定下来，以后改参数也不会影响它。', month: '月份', closedAt: '月结时间', by: '操作人', note: '备注', notePlace: '例如：三月工资', restated: '重述', restatedN: (n: number) => (n ? `${n} 项` : '无'),
    ask: (shop: string, month: string) => `对“${shop}”月结 ${month}？`, askHelp: '月结不能撤销。这个月的每一个数字和计算规则都会固定下来。', closed: (n: number) => `已月结，固定了 ${n} 个数字`, onlyAll: '仅有“系统参数”权限的人员可以月结', attribution: '订单归属', attributions: { created: '下单判定', 'created-first': '下单优先判定', paid: '付款判定' } as Record<string, string>,
    figures: '固定下来的数字', rules: '固定下来的规则', rulesShow: '查看全部规则', openTitle: '月结后变化的数字', openNone: '月结后没有变化。', openHelp: '这些数字按当时的规则重新计算后与已知的不同，例如月结后到的退款。记为重述后，月结的数字仍保持原样。', restate: '记为重述', restateAsk: (n: number) => `把 ${n} 项变化记为重述？`, restateHelp: '月结的数字保持原样，变化各记一行，注明发现的时间和人。', restateDone: (n: number) => `已记 ${n} 项重述`,
    restatements: '重述', noRestatements: '没有重述。', who: '客服', wholeShop: '全店', nobody: '无人', was: '原为', is: '现为', diff: '差', foundAt: '发现时间', foundBy: '发现人', gone: '找不到这个月结', shopsOnly: '月结按整店结算，仅能查看整店数据的人员可用。',
  },
};
