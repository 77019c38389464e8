package org.palimpsest.training.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import java.io.File;
import java.net.URL;
import java.util.Collection;
import java.util.List;
import org.palimpsest.base.PalimpsestException;

/**
 * Reads HOCON that comes with data, such as the recipe in a checkpoint. It is data itself: it
 * includes nothing, and refers to no environment variable and no system property. Full HOCON would
 * let the author of a checkpoint read files, call addresses and copy variables of whoever opens it.
 */
final class ForeignConfig {
  /** A recorded configuration has a few kilobytes and five levels. */
  private static final int LONGEST = 1 << 22;

  private static final int DEEPEST = 64;

  private final String file;

  private ForeignConfig(String file) {
    this.file = file;
  }

  /**
   * Reads a text.
   *
   * @param file how messages call the file
   * @throws PalimpsestException of kind INPUT if it is not plain HOCON
   */
  static Config parse(String text, String file) {
    return new ForeignConfig(file).parse(text);
  }

  private Config parse(String text) {
    if (text.length() > LONGEST) {
      throw refused("has more than " + LONGEST + " characters");
    }
    try {
      Config parsed = ConfigFactory.parseString(text, options());
      if (!parsed.isResolved()) {
        throw refused("refers to other values with ${…} or +=");
      }
      refuseDeeperThan(DEEPEST, parsed.root());
      return parsed;
    } catch (ConfigException e) {
      throw refused("is not valid HOCON", e);
    } catch (StackOverflowError e) {
      throw refused("has more than " + DEEPEST + " levels");
    }
  }

  private ConfigParseOptions options() {
    return ConfigParseOptions.defaults()
        .setSyntax(ConfigSyntax.CONF)
        .setIncluder(new RefusedIncludes());
  }

  private void refuseDeeperThan(int levels, ConfigValue value) {
    if (levels == 0) {
      throw refused("has more than " + DEEPEST + " levels");
    }
    Collection<? extends ConfigValue> inner =
        value instanceof ConfigObject object
            ? object.values()
            : value instanceof ConfigList list ? list : List.of();
    inner.forEach(one -> refuseDeeperThan(levels - 1, one));
  }

  private PalimpsestException refused(String why) {
    return refused(why, null);
  }

  private PalimpsestException refused(String why, Throwable cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        file + " is not a recorded configuration: it " + why + "; use another checkpoint.",
        cause);
  }

  /** Refuses every form of include. */
  private final class RefusedIncludes
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw includes(what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw includes(what.getPath());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw includes(what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw includes(what);
    }

    private PalimpsestException includes(String what) {
      return refused("includes '" + what + "'");
    }
  }
}
