/** The demo's shops, as their pages tell it. Prices in fen. */
export type Both = [zh: string, en: string];

export interface Item {
  sku: string;
  art: string;
  title: Both;
  note: Both;
  price?: number;
  colours: [name: Both, hex: string][];
  sizes?: string[];
  kind?: string;
}

export interface Shop {
  keys: string[];
  look: 'clothes' | 'city' | 'plain';
  name: Both;
  colour: string;
  motto: Both;
  lead: Both;
  about: Both;
  kinds?: [key: string, name: Both][];
  items: Item[];
  facts: { title: Both; rows: [Both, Both][] }[];
  sizes?: string[][];
}

const c = {
  mist: [['雾蓝', 'Mist blue'], '#9db7c9'], apricot: [['杏色', 'Apricot'], '#e8cfae'], bean: [['豆绿', 'Pea green'], '#a9bd97'], white: [['白色', 'White'], '#f4f2ec'], black: [['黑色', 'Black'], '#3a3d42'],
  oat: [['燕麦', 'Oat'], '#ddd0bb'], denim: [['复古蓝', 'Vintage blue'], '#5d7ea3'], pale: [['浅蓝', 'Light blue'], '#b5cde0'], rose: [['雾粉', 'Dusty pink'], '#e0b7b3'], grey: [['浅灰', 'Light grey'], '#c6cacd'],
  camel: [['驼色', 'Camel'], '#c19a6b'], khaki: [['卡其', 'Khaki'], '#b9a47e'], deep: [['深灰', 'Dark grey'], '#73797f'], green: [['墨绿', 'Dark green'], '#4d6b5b'], navy: [['藏青', 'Navy'], '#44546f'],
  latte: [['奶咖', 'Latte'], '#c9ae94'], wine: [['酒红', 'Wine'], '#8a3f4b'], sakura: [['樱粉', 'Sakura'], '#eab4bd'], lake: [['湖蓝', 'Lake blue'], '#7fb0bd'],
} satisfies Record<string, [Both, string]>;

const clothes: Shop = {
  keys: ['shop-1', 'qinghe', 'a'], look: 'clothes', name: ['青禾服饰', 'Qinghe Clothing'], colour: '#0f766e',
  motto: ['把日子穿得舒服一点', 'Clothes that are kind to your day'],
  lead: ['秋季上新：羊毛、天丝与重磅棉。每一件都有真实尺码表，拿不准就问客服。', 'New for autumn: wool, lyocell and heavy cotton. Every piece has a real size chart; ask us when in doubt.'],
  about: ['当季上新', 'This season'],
  items: [
    { sku: 'QH-1001', art: 'dress', title: ['法式碎花收腰连衣裙', 'Floral waisted dress'], note: ['雪纺，垂而不透', 'Chiffon, drapes and does not show through'], price: 25900, colours: [c.mist, c.apricot, c.bean], sizes: ['S', 'M', 'L', 'XL'] },
    { sku: 'QH-1002', art: 'tee', title: ['重磅纯棉圆领 T 恤', 'Heavy cotton tee'], note: ['260 克精梳棉，不易变形', '260 g combed cotton, keeps its shape'], price: 8900, colours: [c.white, c.oat, c.mist, c.black], sizes: ['S', 'M', 'L', 'XL', '2XL'] },
    { sku: 'QH-1003', art: 'jeans', title: ['高腰直筒牛仔裤', 'High-waist straight jeans'], note: ['微弹，显腿直', 'A little stretch, a straight leg'], price: 16900, colours: [c.denim, c.pale, c.black], sizes: ['26', '27', '28', '29', '30'] },
    { sku: 'QH-1004', art: 'cardigan', title: ['短款针织开衫', 'Cropped cardigan'], note: ['棉混纺，空调房一件就够', 'Cotton blend for cool rooms'], price: 13900, colours: [c.rose, c.white, c.grey], sizes: ['S', 'M', 'L'] },
    { sku: 'QH-1005', art: 'coat', title: ['双面呢羊毛大衣', 'Double-faced wool coat'], note: ['70% 羊毛，手工双面缝制', '70% wool, hand-sewn both sides'], price: 89900, colours: [c.camel, c.black, c.oat], sizes: ['S', 'M', 'L'] },
    { sku: 'QH-1006', art: 'shirt', title: ['宽松廓形衬衫', 'Relaxed shirt'], note: ['天丝棉，免烫易打理', 'Lyocell and cotton, no ironing'], price: 14900, colours: [c.pale, c.white], sizes: ['S', 'M', 'L', 'XL'] },
    { sku: 'QH-1007', art: 'trousers', title: ['垂感阔腿西裤', 'Wide-leg trousers'], note: ['通勤久坐不起皱', 'Stays smooth through a day at the desk'], price: 15900, colours: [c.deep, c.khaki, c.black], sizes: ['S', 'M', 'L', 'XL'] },
    { sku: 'QH-1008', art: 'down', title: ['轻薄 90 白鸭绒羽绒服', 'Light down jacket'], note: ['90% 白鸭绒，可收纳成包', '90% white duck down, packs into its pocket'], price: 49900, colours: [c.green, c.black, c.white], sizes: ['S', 'M', 'L', 'XL'] },
    { sku: 'QH-1009', art: 'jacket', title: ['男士休闲夹克', "Men's casual jacket"], note: ['纯棉水洗，越穿越软', 'Washed cotton that softens with wear'], price: 26900, colours: [c.navy, c.khaki, c.black], sizes: ['M', 'L', 'XL', '2XL'] },
    { sku: 'QH-1010', art: 'hoodie', title: ['抽绳连帽卫衣', 'Drawstring hoodie'], note: ['内里抓绒，初冬刚好', 'Brushed inside for early winter'], price: 15900, colours: [c.latte, c.grey, c.black], sizes: ['S', 'M', 'L', 'XL'] },
    { sku: 'QH-1011', art: 'skirt', title: ['百褶半身裙', 'Pleated skirt'], note: ['醋酸混纺，褶不散', 'Acetate blend, the pleats stay'], price: 17900, colours: [c.wine, c.grey, c.black], sizes: ['S', 'M', 'L'] },
    { sku: 'QH-1012', art: 'scarf', title: ['桑蚕丝印花方巾', 'Printed silk scarf'], note: ['100% 桑蚕丝', '100% mulberry silk'], price: 9900, colours: [c.sakura, c.lake, c.green], sizes: ['65 cm', '90 cm'] },
  ],
  facts: [
    { title: ['发货与配送', 'Shipping'], rows: [[['发货', 'Dispatch'], ['16:00 前付款当天发出，预售以页面日期为准', 'Paid before 16:00, sent the same day; pre-orders on the date shown']], [['运费', 'Cost'], ['满 88 元包邮，港澳台及海外请先咨询', 'Free from ¥88; ask first for Hong Kong, Macao, Taiwan and abroad']]] },
    { title: ['退换货', 'Returns'], rows: [[['七天无理由', 'Seven days'], ['签收次日起七天内，吊牌完好即可退换', 'Within seven days of delivery, tags on']], [['质量问题', 'Faults'], ['来回运费由我们承担', 'We pay the postage both ways']]] },
  ],
  sizes: [['', 'S', 'M', 'L', 'XL'], ['身高 / Height cm', '155–160', '160–165', '165–170', '170–175'], ['胸围 / Bust cm', '80–84', '84–88', '88–92', '92–98'], ['腰围 / Waist cm', '62–66', '66–70', '70–75', '75–81'], ['体重 / Weight kg', '43–48', '48–54', '54–60', '60–67']],
};

const ink: [Both, string][] = [[['', ''], '#d9774f']];
const jade: [Both, string][] = [[['', ''], '#7ba88f']];
const sky: [Both, string][] = [[['', ''], '#8fb1cc']];
const sand: [Both, string][] = [[['', ''], '#cfae7d']];

const city: Shop = {
  keys: ['tongcheng', 'city', 'crosswoz', 'shop-b', 'b'], look: 'city', name: ['同城生活', 'City Life'], colour: '#c2410c',
  motto: ['周末去哪儿，问我们就好', 'Where to this weekend? Just ask'],
  lead: ['景点、餐馆、酒店与路线，向导在线为您搭配。', 'Sights, restaurants, hotels and the way between them, put together by our guides.'],
  about: ['北京精选', 'Beijing, picked'],
  kinds: [['', ['全部', 'All']], ['sight', ['景点', 'Sights']], ['food', ['餐馆', 'Food']], ['stay', ['住宿', 'Stay']]],
  items: [
    { sku: 'TC-101', kind: 'sight', art: 'palace', title: ['故宫博物院', 'The Palace Museum'], note: ['东城区 · 建议留出一整天，需提前预约', 'Dongcheng · a full day, book ahead'], colours: ink },
    { sku: 'TC-102', kind: 'sight', art: 'wall', title: ['八达岭长城', 'The Great Wall at Badaling'], note: ['延庆区 · 适合一早出发，穿防滑鞋', 'Yanqing · leave early, wear good shoes'], colours: jade },
    { sku: 'TC-103', kind: 'sight', art: 'lake', title: ['颐和园', 'The Summer Palace'], note: ['海淀区 · 半天，坐船过昆明湖', 'Haidian · half a day, cross the lake by boat'], colours: sky },
    { sku: 'TC-104', kind: 'sight', art: 'tower', title: ['天坛公园', 'The Temple of Heaven'], note: ['东城区 · 清晨最有味道', 'Dongcheng · best in the early morning'], colours: sky },
    { sku: 'TC-105', kind: 'sight', art: 'lane', title: ['什刹海与胡同', 'Shichahai and the lanes'], note: ['西城区 · 傍晚散步，沿湖走一圈', 'Xicheng · an evening walk round the lake'], colours: sand },
    { sku: 'TC-106', kind: 'sight', art: 'park', title: ['奥林匹克森林公园', 'Olympic Forest Park'], note: ['朝阳区 · 跑步、野餐、看银杏', 'Chaoyang · run, picnic, ginkgo leaves'], colours: jade },
    { sku: 'TC-201', kind: 'food', art: 'duck', title: ['烤鸭老店推荐', 'Roast duck houses'], note: ['前门、王府井一带 · 可代为询问排队', 'Around Qianmen and Wangfujing · we ask about queues'], colours: sand },
    { sku: 'TC-202', kind: 'food', art: 'pot', title: ['铜锅涮肉', 'Copper-pot hotpot'], note: ['牛街一带 · 四人围一桌最好', 'Around Niujie · best for four'], colours: ink },
    { sku: 'TC-203', kind: 'food', art: 'bowl', title: ['胡同里的炸酱面', 'Noodles in the lanes'], note: ['鼓楼附近 · 一个人也自在', 'Near the Drum Tower · good alone, too'], colours: sand },
    { sku: 'TC-301', kind: 'stay', art: 'yard', title: ['四合院民宿', 'Courtyard guest houses'], note: ['东城、西城 · 安静，提前一周订', 'Dongcheng, Xicheng · quiet, book a week ahead'], colours: jade },
    { sku: 'TC-302', kind: 'stay', art: 'hotel', title: ['商务酒店', 'Business hotels'], note: ['国贸、金融街 · 地铁五分钟以内', 'CBD, Financial Street · five minutes to the metro'], colours: sky },
    { sku: 'TC-303', kind: 'stay', art: 'bed', title: ['经济型酒店', 'Budget hotels'], note: ['干净、近地铁、可加床', 'Clean, near the metro, extra beds'], colours: sand },
  ],
  facts: [
    { title: ['向导能做什么', 'What our guides do'], rows: [[['搭配路线', 'Plan'], ['按人数、体力和天气排一天的行程', 'A day that fits your party, pace and weather']], [['代为询问', 'Ask'], ['营业时间、排队、是否需要预约', 'Opening hours, queues, bookings']]] },
    { title: ['出行前', 'Before you go'], rows: [[['证件', 'Papers'], ['多数景点需凭身份证件预约入场', 'Most sights want a booking and your ID']], [['交通', 'Transport'], ['优先地铁，周末热门景点停车紧张', 'Take the metro; parking is scarce on weekends']]] },
  ],
};

const plain: Shop = {
  keys: [], look: 'plain', name: ['我的店铺', 'My shop'], colour: '#0f766e', motto: ['欢迎光临', 'Welcome'],
  lead: ['这是一个普通页面，右下角的按钮就是您的客服窗口。发一条消息，看看工作台里会发生什么。', 'A plain page; the button at the lower right is your chat. Send a message and watch the desk.'],
  about: ['', ''], items: [], facts: [],
};

export function shopOf(key: string): Shop {
  return [clothes, city].find((s) => s.keys.includes(key)) ?? plain;
}
