/** Somebody in the demo, with the currency of their first account. */
export type Person = {
  readonly firstName: string;
  readonly lastName: string;
  /** The part of their e-mail address before the @. */
  readonly mailbox: string;
  readonly currency: 'EUR' | 'GBP' | 'CHF' | 'JPY';
};

const person = (currency: Person['currency'], firstName: string, lastName: string, mailbox: string): Person => ({
  ...{ firstName, lastName, mailbox, currency },
});

/** The first five have all four currencies, and the stories that the demo tells. */
export const cast: readonly Person[] = [
  person('EUR', 'Jonas', 'Brückner', 'jonas.brueckner'),
  person('GBP', 'Imogen', 'Ashworth', 'imogen.ashworth'),
  person('CHF', 'Chiara', 'Bernasconi', 'chiara.bernasconi'),
  person('JPY', '美咲', '高橋', 'misaki.takahashi'),
  person('EUR', 'Ελένη', 'Παπαδοπούλου', 'eleni.papadopoulou'),
  person('GBP', 'Oluwaseun', 'Adébáyọ̀', 'seun.adebayo'),
  person('EUR', 'Оксана', 'Шевчук', 'oksana.shevchuk'),
  person('CHF', 'Şebnem', 'Yıldız', 'sebnem.yildiz'),
  person('JPY', '健太', '小林', 'kenta.kobayashi'),
  person('EUR', 'Zoë', 'van den Heuvel', 'zoe.vandenheuvel'),
  person('GBP', 'आरव', 'शर्मा', 'aarav.sharma'),
  person('EUR', 'ليلى', 'الحداد', 'layla.alhaddad'),
  person('JPY', '민준', '김', 'minjun.kim'),
  person('CHF', 'Lê Thị', 'Hương', 'huong.le'),
  person('EUR', 'נועה', 'לוי', 'noa.levi'),
  person('GBP', 'Siân', 'Llewellyn', 'sian.llewellyn'),
  person('EUR', 'ნინო', 'ბერიძე', 'nino.beridze'),
  person('JPY', '婷', '王', 'ting.wang'),
  person('EUR', 'Łukasz', 'Wójcik', 'lukasz.wojcik'),
  person('CHF', 'Անի', 'Պետրոսյան', 'ani.petrosyan'),
];

type Purchase = readonly [reference: string, least: number, most: number];

/** What people write on what they pay, and what it may cost, in euros. */
export const purchases: readonly [Purchase, ...Purchase[]] = [
  ['Groceries', 12, 85],
  ['Coffee', 3, 8],
  ['Μανάβης', 5, 20],
  ['本屋', 9, 45],
  ['Boulangerie', 3, 12],
  ['Аптека', 6, 40],
  ['Train ticket', 15, 90],
  ['Kino', 10, 30],
  ['مخبز', 3, 14],
  ['Cash', 20, 100],
  ['Bäckerei', 3, 15],
  ['식당', 12, 60],
];

export const holdReferences = ['Hotel', 'Car rental', 'Fuel', 'Ferry', '旅館', 'Theatre tickets'] as const;
export const transferReferences = [
  'Dinner',
  'Birthday present',
  'Shared flat',
  'ありがとう',
  'Ευχαριστώ',
  'Tickets',
] as const;
