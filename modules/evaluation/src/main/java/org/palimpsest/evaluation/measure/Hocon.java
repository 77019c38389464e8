package org.palimpsest.evaluation.measure;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;

/** Values as text in HOCON. */
final class Hocon {
  private Hocon() {}

  /** A value on one line. */
  static String render(Object value) {
    return ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
  }
}
