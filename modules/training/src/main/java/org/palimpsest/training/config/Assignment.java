package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;

/** A single assignment of a key, such as {@code training.workers=2}. */
final class Assignment {
  private static final Pattern WHOLE_OBJECTIVE = Pattern.compile("\\s*objective\\s*[=:{]");

  /** An assignment of one key on one line; a blank before {@code =} belongs to no text. */
  private static final Pattern PLAIN =
      Pattern.compile("(?<key>[\\w.\"-]+)(?<blank>\\s*)=(?<value>.*)");

  /** How a value begins that is more than a plain text. */
  private static final Pattern HOCON_VALUE =
      Pattern.compile("[\\[{\"]|(true|false|null|[-+]?[0-9.]+([eE][-+]?[0-9]+)?)$");

  private Assignment() {}

  /** A configuration with an assignment on top. */
  static Config over(Config config, String assignment) {
    // Otherwise HOCON would merge the keys of two objectives into a third one.
    Config below =
        WHOLE_OBJECTIVE.matcher(assignment).lookingAt() ? config.withoutPath("objective") : config;
    return parsed(assignment).withFallback(below);
  }

  private static Config parsed(String assignment) {
    if (assignment.indexOf('=') <= 0) {
      throw PalimpsestException.configuration(
          "The assignment '" + assignment + "' has no key or no '=': write --set key=value.");
    }
    try {
      return ConfigFactory.parseString(withQuotedText(assignment));
    } catch (ConfigException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The assignment '"
              + shown(assignment)
              + "' is not valid HOCON: put a value with special characters in quotes.",
          e);
    }
  }

  /**
   * Quotes a plain text, because HOCON reads the text after {@code //} and {@code #} as a comment
   * and drops blanks at its end. Numbers, quoted texts, lists, objects and references are HOCON.
   */
  private static String withQuotedText(String assignment) {
    Matcher plain = PLAIN.matcher(assignment);
    if (!plain.matches()) {
      return assignment;
    }
    String value =
        plain.group("blank").isEmpty() ? plain.group("value") : plain.group("value").strip();
    String bare = value.strip();
    boolean hocon = bare.isEmpty() || HOCON_VALUE.matcher(bare).lookingAt() || bare.contains("${");
    return hocon ? assignment : plain.group("key") + "=" + ConfigUtil.quoteString(value);
  }

  private static String shown(String assignment) {
    String key = assignment.substring(0, assignment.indexOf('='));
    return Secrets.isSecret(key) ? key + "=" + Secrets.REDACTED : assignment;
  }
}
