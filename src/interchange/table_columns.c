/* What the columns of each kind of table are called, as exports of marketplaces and chat tools write them. Compared by cell_name. */
#include <string.h>

#include "interchange/reading.h"
#include "base/banned.h"

static const struct column_def chats[] = {
	{ "speaker", "发送人|发送者|发言人|发送方|发送方昵称|昵称|说话人|消息发送者|发件人|sender|speaker|from|nick|nickname|name", true },
	{ "time", "时间|发送时间|消息时间|聊天时间|发言时间|日期时间|time|at|timestamp|sent_at|date|datetime", true },
	{ "text", "内容|消息内容|聊天内容|消息|发言内容|聊天记录|正文|text|content|message|body", true },
	{ "customer", "买家|客户|顾客|买家昵称|客户昵称|顾客昵称|买家会员名|会员名|旺旺|买家旺旺|咨询人|用户|用户昵称|customer|buyer|client|user", false },
	{ "agent", "客服|接待客服|客服昵称|客服旺旺|客服账号|子账号|坐席|agent|staff|operator", false },
	{ "role", "角色|身份|发送者类型|发送方类型|消息方向|方向|role|sender_type|direction|side", false },
	{ "conversation", "会话|会话id|会话编号|会话标识|conversation|session|session_id|conversation_id|chat_id", false },
	{ NULL, NULL, false },
};
static const struct column_def orders[] = {
	{ "order", "订单编号|订单号|主订单编号|主订单号|交易编号|订单id|order|order_id|order_no|orderid|ordernumber", true },
	{ "sub_order", "子订单编号|子订单号|子单号|商品单号|sub_order|sub_order_id", false },
	{ "buyer", "买家会员名|买家昵称|买家旺旺|买家旺旺号|买家账号|会员名|客户昵称|买家|下单账号|下单帐号|用户昵称|buyer|customer|buyer_nick", false },
	{ "due", "买家应付货款|应付货款|商品总价|商品金额|订单金额|订单应付金额|应付金额|total|goods_amount", false },
	{ "postage", "买家应付邮费|应付邮费|邮费|运费|快递费|postage|freight|shipping", false },
	{ "paid", "买家实际支付金额|买家实付金额|实际支付金额|实付金额|实付款|支付金额|实收金额|商家实收金额|总金额|结算金额|用户应付金额|amount|paid|paid_amount", false },
	{ "status", "订单状态|交易状态|状态|status|state", false },
	{ "created", "订单创建时间|创建时间|下单时间|订单提交时间|订单成交时间|拍下时间|created|created_at|order_time", true },
	{ "paid_at", "订单付款时间|付款时间|支付时间|买家付款时间|付款确认时间|paid_at|pay_time", false },
	{ "closed_at", "订单关闭时间|关闭时间|取消时间|确认收货时间|交易结束时间|closed_at", false },
	{ "close_reason", "订单关闭原因|关闭原因|取消原因|取消/关闭原因|close_reason", false },
	{ "title", "宝贝标题|商品标题|商品名称|商品|标题|选购商品|title|product|item", false },
	{ "sku", "商家编码|外部系统编号|商品编码|商品id|宝贝id|货号|sku|sku_id|商品属性", false },
	{ "quantity", "宝贝总数量|购买数量|商品数量|商品数量(件)|数量|宝贝数量|订购数量|quantity|count|num", false },
	{ "price", "商品价格|单价|商品单价|价格|京东价|price|unit_price", false },
	{ "refund", "退款金额|退款|已退款金额|refund|refund_amount", false },
	{ "refunded_at", "退款时间|退款完成时间|退款完结时间|refunded_at", false },
	{ "note", "订单备注|商家备注|卖家备注|备注|note|remark|seller_memo", false },
	{ "flag", "备注标签|订单标签|旗帜|备注旗帜|旗子|插旗|标旗|flag", false },
	{ NULL, NULL, false },
};
static const struct column_def refunds[] = {
	{ "refund", "退款编号|退款单号|退款单编号|售后单号|售后编号|售后单|服务单号|refund|refund_id|after_sale_id", false },
	{ "order", "订单编号|订单号|主订单编号|交易编号|order|order_id|order_no", true },
	{ "at", "退款申请时间|申请时间|退款的申请时间|售后申请时间|售后申请时间(精确到秒)|退款完结时间|完结时间|退款时间|at|refunded_at|created_at", true },
	{ "amount", "买家退款金额|退款金额|退款总金额|退款金额(元)|退商品金额|退商品金额(元)|申请退款金额|amount|refund_amount", true },
	{ "kind", "售后类型|退款类型|类型|退款方式|kind|type", false },
	{ "reason", "买家退款原因|退款原因|售后原因|申请原因|原因|reason", false },
	{ "state", "退款状态|售后状态|状态|处理状态|state|status", false },
	{ "agent", "处理客服|售后客服|客服|责任客服|操作人|处理人|agent|by|operator", false },
	{ NULL, NULL, false },
};
static const struct column_def ratings[] = {
	{ "customer", "买家|客户|顾客|买家昵称|客户昵称|买家会员名|会员名|评价人|评价买家|顾客昵称|customer|buyer", true },
	{ "agent", "客服|客服昵称|客服旺旺|被评价客服|被评价人|接待客服|旺旺|坐席|agent", false },
	{ "at", "评价时间|评分时间|时间|评价日期|at|time|rated_at|date", true },
	{ "score", "评价|评分|满意度|评价结果|评价等级|分值|得分|服务评分|score|rating", true },
	{ "comment", "评价内容|评语|评价备注|备注|留言|comment|text", false },
	{ "source", "评价来源|来源|评价方式|邀评方式|source", false },
	{ NULL, NULL, false },
};
static const struct column_def calls[] = {
	{ "call", "通话编号|通话id|呼叫编号|呼叫id|流水号|录音编号|call|call_id|id|uuid", false },
	{ "customer", "主叫|主叫号码|来电号码|客户号码|客户电话|号码|手机号|customer|caller|phone|ani", true },
	{ "agent", "坐席|坐席姓名|坐席工号|客服|接听人|接听坐席|agent|operator", false },
	{ "at", "呼入时间|来电时间|开始时间|呼叫时间|进线时间|at|start|started_at|offered_at|start_time", true },
	{ "answered_at", "接听时间|应答时间|接通时间|answered_at|answer_time", false },
	{ "ended_at", "结束时间|挂断时间|挂机时间|ended_at|end_time|hangup_time", false },
	{ "queued", "排队时长|等待时长|排队时间|等待时间|振铃时长|queued|wait|queue_time", false },
	{ "talk", "通话时长|通话时间|talk|talk_time|duration|billsec", false },
	{ "hold", "保持时长|hold|hold_time", false },
	{ "wrapup", "整理时长|话后时长|事后处理时长|wrapup|wrapup_time|acw", false },
	{ "end", "呼叫结果|通话状态|状态|结果|接听状态|挂断类型|end|status|result|disposition", false },
	{ NULL, NULL, false },
};
static const struct column_def figures[] = {
	{ "agent", "客服|客服昵称|旺旺|旺旺昵称|客服旺旺|客服账号|子账号|坐席|姓名|客服名称|员工|agent|name|staff", true },
	{ "day", "日期|统计日期|时间|数据日期|day|date", false },
	{ NULL, NULL, false },
};

const struct table_kind table_kinds[] = {
	{ "orders", orders }, { "refunds", refunds }, { "chats", chats }, { "ratings", ratings }, { "calls", calls }, { "figures", figures }, { NULL, NULL },
};

const struct metric_alias metric_aliases[] = {
	{ "consult_num", "咨询人数|咨询人次|咨询量|询盘人数", FIGURE_COUNT },
	{ "receive_num", "接待人数|接待人次|接待量|总接待人数", FIGURE_COUNT },
	{ "direct", "直接接待人数|直接接待|直接接待人次", FIGURE_COUNT },
	{ "in", "转入人数|转入|转入人次", FIGURE_COUNT },
	{ "out", "转出人数|转出|转出人次", FIGURE_COUNT },
	{ "effective_num", "有效接待人数|有效接待|有效接待量", FIGURE_COUNT },
	{ "noreply_num", "未回复人数|未回复|未回复人次", FIGURE_COUNT },
	{ "reply_rate", "回复率|旺旺回复率|答复率", FIGURE_RATE },
	{ "first_reply_time", "首次响应|首次响应时间|首次响应时长|首响时间|平均首次响应|平均首次响应时间|首次响应时间(秒)|首次平均响应时间", FIGURE_MS },
	{ "avg_reply_time", "平均响应|平均响应时间|平均响应时长|平均响应时间(秒)|平均回复时间|平均响应(秒)|旺旺平均响应时间", FIGURE_MS },
	{ "answered_within_180", "3分钟应答率|三分钟应答率|3分钟回复率|三分钟回复率|3分钟人工回复率", FIGURE_RATE },
	{ "answered_within_30", "30秒应答率|三十秒应答率|30秒回复率|30s应答率", FIGURE_RATE },
	{ "slow_num", "慢响应人数|慢响应|慢响应人次", FIGURE_COUNT },
	{ "slow_share", "慢响应率|慢响应占比", FIGURE_RATE },
	{ "effective_share", "有效接待率|有效接待占比", FIGURE_RATE },
	{ "long_num", "长接待人数|长接待|长接待人次", FIGURE_COUNT },
	{ "max_concurrent", "最大同时接待|最大同时接待人数|最大同时接待数|最大同时聊天数", FIGURE_COUNT },
	{ "qa_ratio", "答问比", FIGURE_RATE },
	{ "agent_chars", "客服字数|客服总字数", FIGURE_COUNT },
	{ "agent_messages", "客服消息数|客服消息|客服发送消息数|回复消息数", FIGURE_COUNT },
	{ "customer_messages", "买家消息数|买家消息|客户消息数|顾客消息数|接收消息数", FIGURE_COUNT },
	{ "transfer_rate", "转接率", FIGURE_RATE },
	{ "fcr", "一次解决率|首次解决率", FIGURE_RATE },
	{ "inquiry_num", "询单人数|询单|询单人次", FIGURE_COUNT },
	{ "paid_same_day", "询单->当日付款|询单→当日付款|询单当日付款成功率|当日付款成功率", FIGURE_RATE },
	{ "paid_next_day", "询单->次日付款|询单→次日付款|询单次日付款成功率|次日付款成功率", FIGURE_RATE },
	{ "paid_final", "询单->最终付款|询单→最终付款|询单->最终付款成功率|询单→最终付款成功率|询单最终付款成功率|最终付款成功率|询单转化率", FIGURE_RATE },
	{ "lost_num", "询单流失|询单流失人数|流失人数", FIGURE_COUNT },
	{ "sales", "销售额|客服销售额|个人销售额|落实销售额|成交金额", FIGURE_MONEY },
	{ "items", "销售量|销售件数|客服销售量|成交件数", FIGURE_COUNT },
	{ "buyers", "销售人数|付款人数|成交人数|客服销售人数", FIGURE_COUNT },
	{ "orders", "订单数|销售订单数|成交订单数|付款订单数", FIGURE_COUNT },
	{ "aov", "客单价|客服客单价", FIGURE_MONEY },
	{ "items_per_buyer", "客件数", FIGURE_NUMBER },
	{ "price_per_item", "件均价", FIGURE_MONEY },
	{ "share", "客服销售额占比|销售额占比|个人销售额占比", FIGURE_RATE },
	{ "refund_rate", "退款率", FIGURE_RATE },
	{ "csat", "满意率|客户满意率|客户满意度|满意度|客户满意比|服务满意率", FIGURE_RATE },
	{ "online", "在线时长|登录时长|在线时间", FIGURE_MS },
	{ "paused", "挂起时长|挂起时间", FIGURE_MS },
	{ "serving", "接待时长|接待时间", FIGURE_MS },
	{ NULL, NULL, FIGURE_COUNT },
};

bool
alias_has(const char *aliases, struct str name)
{
	struct str rest = str_of(aliases), one;
	while (rest.n && str_split(&rest, '|', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

const struct table_kind *
table_kind_find(struct str name)
{
	for (const struct table_kind *k = table_kinds; k->name; k++)
		if (str_eqz(name, k->name))
			return k;
	return NULL;
}

const struct metric_alias *
metric_alias_key(struct str key)
{
	for (const struct metric_alias *m = metric_aliases; m->key; m++)
		if (str_eqz(key, m->key))
			return m;
	return NULL;
}

const struct metric_alias *
metric_alias_find(struct arena *a, struct str column, bool *ret_percent)
{
	struct str name = cell_name(a, column), bare = name;
	ptrdiff_t open = str_find_char(name, '(');
	*ret_percent = str_find_char(name, '%') >= 0;
	if (open > 0)
		bare = str_sub(name, 0, (size_t)open);
	if (str_ends(bare, STR("%")))
		bare = str_sub(bare, 0, bare.n - 1);
	for (const struct metric_alias *m = metric_aliases; m->key; m++)
		if (str_eqz(name, m->key) || alias_has(m->aliases, name) || alias_has(m->aliases, bare))
			return m;
	return NULL;
}
