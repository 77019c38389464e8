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

  /** An assignment of an address, such as {@code corpus.path=s3a://bucket/corpus}. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?<key>[^=]+)=(?<address>[a-z][a-z0-9+.-]*:/[^\\s,\"{}\\[\\]]*)");

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
      return ConfigFactory.parseString(withQuotedAddress(assignment));
    } catch (ConfigException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The assignment '"
              + shown(assignment)
              + "' is not valid HOCON: put a value with special characters in quotes.",
          e);
    }
  }

  /** Quotes an address, because HOCON reads the text after {@code //} as a comment. */
  private static String withQuotedAddress(String assignment) {
    Matcher address = ADDRESS.matcher(assignment);
    return address.matches()
        ? address.group("key") + "=" + ConfigUtil.quoteString(address.group("address"))
        : assignment;
  }

  private static String shown(String assignment) {
    String key = assignment.substring(0, assignment.indexOf('='));
    return Secrets.isSecret(key) ? key + "=" + Secrets.REDACTED : assignment;
  }
}
