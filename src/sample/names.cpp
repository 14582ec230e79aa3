#include "sample/names.hpp"

#include <array>
#include <fmt/format.h>
#include <iterator>
#include <span>

namespace mainspring::sample {
namespace {

using Words = std::span<const std::string_view>;

struct Lists {
    std::string_view language;
    Words given, surnames, streets, towns, trades, forms;
};

constexpr std::string_view kCnGiven[] = {"伟",   "芳",   "娜",   "秀英", "敏",   "静",   "丽",   "强",
                                         "磊",   "军",   "洋",   "勇",   "艳",   "杰",   "娟",   "涛",
                                         "明",   "超",   "秀兰", "霞",   "平",   "刚",   "桂英", "子涵",
                                         "雨桐", "浩然", "欣怡", "志强", "建国", "晓东", "文博", "思远"};
constexpr std::string_view kCnSurnames[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐",
                                            "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗", "郑", "梁",
                                            "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾"};
constexpr std::string_view kCnStreets[] = {"桂花路", "望湖街",   "荷塘巷", "临波路", "南堤街", "柳荫路", "石桥弄",
                                           "渔舟路", "云帆大道", "书院街", "青枫路", "杏林路", "新港路", "竹苑路"};
constexpr std::string_view kCnTowns[] = {"前湖市湖东区", "前湖市湖西区", "前湖市城南区", "前湖市北港镇",
                                         "前湖市石渡镇"};
constexpr std::string_view kCnTrades[] = {"前湖云帆", "前湖青禾", "湖东百汇", "石渡永丰",
                                          "北港远航", "望湖悦来", "前湖精铸", "城南金穗"};
constexpr std::string_view kCnForms[] = {"餐饮有限公司", "商贸有限公司",     "机械有限公司",    "纺织有限公司",
                                         "食品有限公司", "物业服务有限公司", "塑料制品有限公司"};

constexpr std::string_view kGbGiven[] = {"Oliver", "Amelia", "Harry",  "Isla",   "George", "Ava",
                                         "Jack",   "Emily",  "Arthur", "Sophia", "Noah",   "Grace",
                                         "Leo",    "Freya",  "Rhys",   "Megan",  "Priya",  "Callum"};
constexpr std::string_view kGbSurnames[] = {"Smith",  "Jones",   "Taylor",   "Brown",  "Williams", "Wilson", "Johnson",
                                            "Davies", "Patel",   "Robinson", "Wright", "Thompson", "Evans",  "Walker",
                                            "White",  "Roberts", "Green",    "Hall",   "Wood",     "Hughes", "O'Neill"};
constexpr std::string_view kGbStreets[] = {"Weir Lane",     "Elver Street",     "Saddlers Row",  "Perry Orchard",
                                           "Bore View",     "Withy Road",       "Tannery Close", "Ferry Gardens",
                                           "Haymeadow Way", "Causeway Terrace", "Minster Rise",  "Lock Cottages"};
constexpr std::string_view kGbTowns[] = {"Severnford|SV1 4QX", "Upper Weirham|SV3 9ZJ", "Elverbridge|SV7 2YK",
                                         "Withy Magna|SV9 6UU"};
constexpr std::string_view kGbTrades[] = {"Larkfield", "Elverbridge", "Orchard",
                                          "Weirside",  "Minster",     "Three Ferries"};
constexpr std::string_view kGbForms[] = {"Bakery Ltd", "Joinery Ltd", "Dental Practice",       "Motors Ltd",
                                         "Brewing Co", "Parish Hall", "Precision Castings Ltd"};

constexpr std::string_view kAuGiven[] = {"Charlotte", "Jack",   "Olivia", "William", "Mia",     "Lachlan",
                                         "Ruby",      "Cooper", "Zoe",    "Thomas",  "Matilda", "Angus",
                                         "Linh",      "Hamish", "Tahlia", "Darcy"};
constexpr std::string_view kAuSurnames[] = {"Smith",        "Nguyen", "Williams", "Brown",    "Kelly",
                                            "Wilson",       "Taylor", "Ryan",     "Campbell", "Murray",
                                            "Papadopoulos", "Chen",   "Singh",    "Walsh",    "Fraser"};
constexpr std::string_view kAuStreets[] = {
    "Wattlebird Crescent", "Ironbark Street", "Lorikeet Parade", "Serrata Avenue",  "Waratah Close",
    "Coolabah Road",       "Mopoke Lane",     "Quoll Street",    "Billabong Drive", "Sheoak Place"};
constexpr std::string_view kAuTowns[] = {"Banksia Bay NSW", "Serrata Heights NSW", "Lower Quoll NSW"};
constexpr std::string_view kAuTrades[] = {"Wattle", "Headland", "Quoll Creek", "Serrata", "Blue Gum"};
constexpr std::string_view kAuForms[] = {"Surf Supplies Pty Ltd", "Cafe", "Joinery Pty Ltd", "Cold Stores Pty Ltd",
                                         "Veterinary Clinic"};

constexpr std::string_view kUsGiven[] = {"Emma",  "Liam", "Maria", "James",  "Sofia", "Michael", "Ana", "David",
                                         "Linda", "Jose", "Karen", "Daniel", "Grace", "Kevin",   "Wei", "Tyler"};
constexpr std::string_view kUsSurnames[] = {"Garcia",   "Smith", "Johnson", "Hernandez", "Lopez",  "Williams", "Lee",
                                            "Martinez", "Brown", "Miller",  "Davis",     "Nguyen", "Walker",   "Young"};
constexpr std::string_view kUsStreets[] = {"Burl Road",       "Fernfall Drive",   "Logger Court",
                                           "Steelhead Way",   "Chanterelle Lane", "Fogline Avenue",
                                           "Millrace Street", "Sorrel Circle",    "Trillium Road"};
constexpr std::string_view kUsTowns[] = {"Redwood Forks CA", "Fogline CA", "Burl Creek CA"};
constexpr std::string_view kUsTrades[] = {"Burl Creek", "Fogline", "Old Mill", "North Fork"};
constexpr std::string_view kUsForms[] = {"Feed and Seed LLC", "Diner", "Sawworks Inc.", "Hardware", "Nursery LLC"};

constexpr std::string_view kZaGiven[] = {"Thabo",  "Lerato", "Sipho",  "Nomsa", "Johan",  "Anel", "Fatima", "Yusuf",
                                         "Zanele", "Pieter", "Ayanda", "Priya", "Kabelo", "Mpho", "Ruan",   "Naledi"};
constexpr std::string_view kZaSurnames[] = {"Dlamini", "Nkosi",   "Botha",     "van der Merwe", "Mokoena",
                                            "Naidoo",  "Khumalo", "Pillay",    "Molefe",        "Adams",
                                            "Jacobs",  "Sithole", "Pretorius", "Zulu"};
constexpr std::string_view kZaStreets[] = {"Sugarbush Street", "Kingfisher Avenue", "Rooibos Crescent", "Fynbos Road",
                                           "Loerie Lane",      "Milkwood Close",    "Pincushion Way",   "Vygie Street"};
constexpr std::string_view kZaTowns[] = {"Proteafontein", "Milkwood Valley", "Loeriesdal"};
constexpr std::string_view kZaTrades[] = {"Milkwood", "Loerie", "Fynbos", "Blue Crane"};
constexpr std::string_view kZaForms[] = {"Spaza Shop", "Panel Beaters (Pty) Ltd", "Guest House", "Butchery"};

constexpr std::array<Lists, 5> kLists{{{"zh", kCnGiven, kCnSurnames, kCnStreets, kCnTowns, kCnTrades, kCnForms},
                                       {"en", kGbGiven, kGbSurnames, kGbStreets, kGbTowns, kGbTrades, kGbForms},
                                       {"en", kAuGiven, kAuSurnames, kAuStreets, kAuTowns, kAuTrades, kAuForms},
                                       {"en", kUsGiven, kUsSurnames, kUsStreets, kUsTowns, kUsTrades, kUsForms},
                                       {"en", kZaGiven, kZaSurnames, kZaStreets, kZaTowns, kZaTrades, kZaForms}}};

const Lists& lists_of(Country country) { return kLists[static_cast<std::size_t>(country)]; }

std::string_view pick(Random& random, Words words) {
    return words[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(words.size())))];
}

}  // namespace

std::string_view language_of(Country country) { return lists_of(country).language; }

void append_party_name(std::string& out, Random& random, Country country, PartyKind kind) {
    const Lists& lists = lists_of(country);
    const bool spaced = country != Country::cn;
    const bool company = kind == PartyKind::company;
    const bool surname_first = !company && !spaced;
    out += pick(random, company ? lists.trades : surname_first ? lists.surnames : lists.given);
    if (spaced) out += ' ';
    out += pick(random, company ? lists.forms : surname_first ? lists.given : lists.surnames);
}

void append_address(std::string& out, Random& random, Country country) {
    const Lists& lists = lists_of(country);
    const auto to = std::back_inserter(out);
    if (country == Country::cn) {
        fmt::format_to(to, "{}|{}{}号{}幢", pick(random, lists.towns), pick(random, lists.streets),
                       random.between(1, 180), random.between(1, 24));
        fmt::format_to(to, "{}{:02}室", random.between(1, 18), random.between(1, 4));
        return;
    }
    fmt::format_to(to, "{} {}|{}", random.between(1, 240), pick(random, lists.streets), pick(random, lists.towns));
}

}  // namespace mainspring::sample
