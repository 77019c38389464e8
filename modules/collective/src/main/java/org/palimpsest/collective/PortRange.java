package org.palimpsest.collective;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;

/**
 * A range of ports, both ends included; 0 to 0 means any free port.
 *
 * @param first the lowest
 * @param last the highest
 */
public record PortRange(int first, int last) implements Serializable {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
  private static final int HIGHEST = 65_535;

  /** Any free port. */
  public static PortRange any() {
    return new PortRange(0, 0);
  }

  /**
   * Reads {@code 45000-45100} or {@code 45000}.
   *
   * @throws PalimpsestException of kind CONFIGURATION for any other text
   */
  public static PortRange parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches()) {
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first >= 1 && first <= last && last <= HIGHEST) {
        return new PortRange(first, last);
      }
    }
    throw PalimpsestException.configuration(
        "training.collective.ports is '"
            + text
            + "', but must be a port or a range of ports such as 45000-45100.");
  }

  boolean isAny() {
    return first == 0;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
