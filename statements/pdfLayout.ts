type Options = PDFKit.Mixins.TextOptions;

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu;
const letter = /[\p{L}\p{N}]/u;

/**
 * Words of a script from right to left come in that order only where the library lays them out together, which it does when it is told
 * features. Texts of both directions would need all of Unicode's rules for it.
 */
const directed = (text: string): Options => {
  const others = text.replace(rightToLeft, '');
  return others !== text && !letter.test(others) ? { features: [] } : {};
};

/** Leaves marks where the font has them, instead of attaching them to their letters. */
const unattached = {
  features: { abvm: false, blwm: false, mark: false, mkmk: false },
} as unknown as Options;

/** How a text is to be laid out in the font that the document has at the moment. */
export const layoutOf = (doc: PDFKit.PDFDocument, text: string): Options => {
  const options = directed(text);
  try {
    doc.widthOfString(text, options);
    return options;
  } catch {
    // The library fails where a font has no anchor for a mark, as Noto Sans Gurmukhi does: no name may cost its owner the statement.
    return unattached;
  }
};
