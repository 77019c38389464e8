package org.palimpsest.corpus.text;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.util.VersionInfo;

/**
 * The version of ICU that finds sentence boundaries. Another version may find other boundaries in
 * the same text.
 *
 * @param version the release, such as 78.3
 * @param unicode the Unicode version of its data, such as 17.0
 */
public record Icu(String version, String unicode) {

  /** Returns the version on the class path. */
  public static Icu current() {
    return new Icu(text(VersionInfo.ICU_VERSION), text(UCharacter.getUnicodeVersion()));
  }

  private static String text(VersionInfo version) {
    return version.getMajor() + "." + version.getMinor();
  }

  @Override
  public String toString() {
    return "ICU %s (Unicode %s)".formatted(version, unicode);
  }
}
