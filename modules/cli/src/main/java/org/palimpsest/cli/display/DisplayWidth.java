package org.palimpsest.cli.display;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns that a text takes on a terminal: two for East Asian wide characters and emoji, none
 * for marks that combine with what precedes them, one for others.
 */
final class DisplayWidth {
  /** What users see as one character, such as an emoji of several. */
  private static final Pattern CHARACTER = Pattern.compile("\\X");

  private static final int JOINER = 0x200D;
  private static final int EMOJI_STYLE = 0xFE0F;
  private static final int WIDE = 2;

  private DisplayWidth() {}

  /** The width of a text. */
  static int of(String text) {
    int width = 0;
    for (Matcher character = CHARACTER.matcher(text); character.find(); ) {
      width += ofCharacter(character.group());
    }
    return width;
  }

  /** The end of the longest beginning of a text, from a position on, that is not wider. */
  static int end(String text, int from, int width) {
    Matcher character = CHARACTER.matcher(text).region(from, text.length());
    int used = 0;
    int end = from;
    while (character.find()) {
      used += ofCharacter(character.group());
      if (used > width && end > from) {
        break;
      }
      end = character.end();
    }
    return end;
  }

  private static int ofCharacter(String character) {
    int first = character.codePointAt(0);
    boolean isEmoji =
        UCharacter.hasBinaryProperty(first, UProperty.EXTENDED_PICTOGRAPHIC)
            && character.codePoints().anyMatch(c -> c == JOINER || c == EMOJI_STYLE);
    return isEmoji ? WIDE : Math.min(WIDE, character.codePoints().map(DisplayWidth::of).sum());
  }

  private static int of(int codePoint) {
    return switch (UCharacter.getType(codePoint)) {
      case UCharacter.NON_SPACING_MARK, UCharacter.ENCLOSING_MARK, UCharacter.FORMAT -> 0;
      default -> isWide(codePoint) ? WIDE : 1;
    };
  }

  private static boolean isWide(int codePoint) {
    int width = UCharacter.getIntPropertyValue(codePoint, UProperty.EAST_ASIAN_WIDTH);
    return width == UCharacter.EastAsianWidth.WIDE || width == UCharacter.EastAsianWidth.FULLWIDTH;
  }
}
