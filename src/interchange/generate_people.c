/* Agents and customers: who they are follows from the seed and their number. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

const char *const group_names[GROUP_COUNT] = { "售前一组", "售前二组", "售后组", "夜班组" };
const char *const cities[] = { "杭州", "上海", "北京", "广州", "成都", "武汉",   "西安", "郑州", "长沙", "南京", "重庆",
			       "沈阳", "青岛", "合肥", "昆明", "厦门", "哈尔滨", "济南", "南宁", "太原", NULL };
const char *const couriers[] = { "中通", "圆通", "韵达", "申通", "顺丰", "邮政", "极兔", NULL };

static const char *const agent_names[] = { "李娜",   "王婷婷", "张欣怡", "刘洋", "陈思思", "杨柳",   "赵雪", "黄佳琪", "周敏",
					   "吴晓燕", "徐静",   "孙悦",   "朱琳", "高飞",   "林小雨", "何苗", "郭晓东", "马丽",
					   "罗丹",   "梁冰",   "宋佳",   "郑凯", "谢雨桐", "韩雪梅", NULL };
static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
					"何", "林", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", NULL };
static const char *const given_names[] = { "雨桐", "梓涵", "晓雯", "佳怡", "思琪", "静怡", "文静", "海燕", "丽娟", "志强", "建国",
					   "伟",   "磊",   "敏",   "静",   "秀英", "俊杰", "浩然", "子轩", "一诺", "欣妍", "春梅",
					   "国华", "晓峰", "桂兰", "婷",   "娟",   "芳",   "超",   "勇",   NULL };
static const char *const nick_heads[] = { "小鹿", "橘子", "南风", "猫咪", "晴天", "奶茶", "星星", "柠檬", "阿紫", "米粒", "大熊",
					  "云朵", "暖阳", "小鱼", "布丁", "荔枝", "半夏", "七月", "芒果", "清欢", NULL };
static const char *const nick_tails[] = { "不吃糖", "的夏天", "要早睡", "在路上", "想发财", "妈妈",   "爱吃鱼",
					  "先生",   "同学",   "喵",     "好运来", "0728",   "1996",   "呀",
					  "no1",    "小姐",   "慢慢走", "88",     "520",    "的铺子", NULL };
static const char *const streets[] = { "文三路", "解放路",   "中山北路", "人民路", "建设大道", "学府路",
				       "滨江路", "长江西路", "和平街",   "新华路", NULL };
static const char *const estates[] = { "阳光花园", "翠苑小区", "金域华府", "锦绣家园", "软件园", "星河湾", "学林雅苑", "幸福里", NULL };

struct rng
rng_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	struct rng r;
	rng_seed(&r, seed ^ a * 0x9e3779b97f4a7c15ULL ^ b * 0xc2b2ae3d27d4eb4fULL ^ c * 0x165667b19e3779f9ULL);
	rng_u64(&r);
	rng_seed(&r, rng_u64(&r));
	return r;
}

int
list_count(const char *const *list)
{
	int n = 0;
	while (list[n])
		n++;
	return n;
}

const char *
list_pick(struct rng *r, const char *const *list)
{
	return list[pick(r, 0, list_count(list) - 1)];
}

void
phone_of(struct rng *r, char out[12])
{
	static const char *const heads[] = { "138", "139", "135", "136", "150", "151", "158", "177", "186", "188", "199", NULL };
	const char *head = list_pick(r, heads);
	snprintf(out, 12, "%s0000%04d", head, pick(r, 0, 9999));
}

void
recipient_of(struct rng *r, char out[16])
{
	const char *surname = list_pick(r, surnames);
	snprintf(out, 16, "%s%s", surname, list_pick(r, given_names));
}

void
address_of(struct rng *r, const char *city, char out[96])
{
	const char *street = list_pick(r, streets);
	int number = pick(r, 1, 399);
	const char *estate = list_pick(r, estates);
	int building = pick(r, 1, 28), floor = pick(r, 1, 24), door = pick(r, 1, 4);
	snprintf(out, 96, "%s市%s%d号%s%d幢%d%02d室", city, street, number, estate, building, floor, door);
}

static void
customer_name(struct rng *r, char out[64])
{
	const char *head = list_pick(r, nick_heads), *tail = list_pick(r, nick_tails), *surname = list_pick(r, surnames);
	const char *given = list_pick(r, given_names);
	int number = pick(r, 10000000, 999999999), form = pick(r, 0, 9);
	if (form < 2)
		snprintf(out, 64, "tb%d", number);
	else if (form < 6)
		snprintf(out, 64, "%s%s", head, tail);
	else if (form < 9)
		snprintf(out, 64, "%s%s", surname, given);
	else
		snprintf(out, 64, "%s%s", surname, number % 2 ? "女士" : "先生");
}

void
customer_of(uint64_t seed, int shop, int index, struct person *ret)
{
	static const char *const segments[] = { "新客", "新客", "老客", "老客", "老客", "会员", "会员", "VIP", "沉睡", NULL };
	static const char *const ages[] = { "18-24", "18-24", "25-29", "25-29", "25-29", "30-39", "30-39", "40-49", "50+", NULL };
	struct rng r = rng_of(seed, 11, (uint64_t)shop, (uint64_t)index);
	customer_name(&r, ret->name);
	phone_of(&r, ret->phone);
	ret->segment = list_pick(&r, segments);
	ret->age_band = list_pick(&r, ages);
	ret->height = pick(&r, 152, 178);
	ret->weight = ret->height - 60 + pick(&r, -12, 26);
}

struct str
generate_customer_name(struct rng *r, struct arena *a)
{
	char name[64];
	customer_name(r, name);
	return arena_str(a, str_of(name));
}

struct str
generate_agent_name(int index, struct arena *a)
{
	int named = list_count(agent_names);
	if (index < named)
		return str_of(agent_names[index]);
	int s = list_count(surnames), g = list_count(given_names), i = index - named;
	if (i < s * g)
		return arena_printf(a, "%s%s", surnames[i % s], given_names[(i / s + i) % g]);
	return arena_printf(a, "%s%s%d", surnames[i % s], given_names[(i / s + i) % g], i / (s * g) + 1);
}

/* How a colleague is called: the name without the surname, or 小 and the surname. */
static struct str
nick_of(struct str name, int index, struct arena *a)
{
	struct str given = str_sub(name, 3, name.n);
	if (given.n >= 6 && index % 3)
		return given;
	return arena_printf(a, "小%.*s", (int)(given.n >= 6 ? 3 : given.n), given.n >= 6 ? name.p : given.p);
}

struct agent
agent_of(uint64_t seed, int index, int64_t first_day, int days, struct arena *a)
{
	static const enum group groups[8] = {
		GROUP_SALES_1, GROUP_SALES_2, GROUP_SERVICE, GROUP_SALES_1, GROUP_SALES_2, GROUP_SERVICE, GROUP_SALES_1, GROUP_NIGHT,
	};
	struct rng r = rng_of(seed, 12, (uint64_t)index, 0);
	struct agent g = { .name = generate_agent_name(index, a), .group = groups[index % 8] };
	g.nick = nick_of(g.name, index, a);
	g.speed = pick(&r, 70, 140);
	g.care = pick(&r, 40, 140);
	g.selling = pick(&r, 34, 56);
	g.style = pick(&r, 0, 9) < 6 ? 0 : 1;
	g.joined = first_day - pick(&r, 60, 1500);
	if (index % 17 == 5) { /* newcomers */
		g.joined = first_day - pick(&r, 3, 20);
		g.speed += 35;
		g.care += 120;
	}
	if (index == 13) /* makes the same fault again and again */
		g.care += 200;
	if (index == 17 && days >= 6)
		g.left = first_day + days / 2;
	return g;
}
