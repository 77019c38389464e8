package org.palimpsest.pipeline;

import java.util.UUID;

/** Identifiers of stages, as Spark ML makes them. */
final class Uids {
  private static final int DIGITS = 12;

  private Uids() {}

  static String random(String stage) {
    String random = UUID.randomUUID().toString().replace("-", "");
    return stage + "_" + random.substring(random.length() - DIGITS);
  }
}
