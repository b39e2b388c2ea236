const noto = (script: string, file: string) =>
  `@expo-google-fonts/noto-sans-${script}/400Regular/NotoSans${file}_400Regular.ttf`;

/** The files of fonts, below `node_modules`. Each but the first has Latin letters and digits beside its script. */
export const fontFiles = {
  /** Latin, Greek, Cyrillic, Armenian, Georgian, Arabic, Hebrew and others. */
  standard: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  korean: '@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf',
  /** Chinese and Japanese: 27,500 ideographs, and kana. */
  han: '@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf',
  devanagari: noto('devanagari', 'Devanagari'),
  bengali: noto('bengali', 'Bengali'),
  gurmukhi: noto('gurmukhi', 'Gurmukhi'),
  gujarati: noto('gujarati', 'Gujarati'),
  tamil: noto('tamil', 'Tamil'),
  telugu: noto('telugu', 'Telugu'),
  kannada: noto('kannada', 'Kannada'),
  malayalam: noto('malayalam', 'Malayalam'),
  sinhala: noto('sinhala', 'Sinhala'),
  thai: noto('thai', 'Thai'),
} as const;

export type FontName = keyof typeof fontFiles;
