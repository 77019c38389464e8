package org.palimpsest.pipeline;

import java.util.List;
import org.palimpsest.base.PalimpsestException;

/** Checks the values of params that are one of a few words. */
final class Choices {
  private Choices() {}

  /** The value, if it is one of the words. */
  static String of(String param, String value, String... words) {
    if (!List.of(words).contains(value)) {
      throw PalimpsestException.configuration(
          "%s is '%s', but must be one of %s.".formatted(param, value, String.join(", ", words)));
    }
    return value;
  }
}
