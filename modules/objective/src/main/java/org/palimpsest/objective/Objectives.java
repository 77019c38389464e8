package org.palimpsest.objective;

/** The named objectives, and those a configuration describes. */
public final class Objectives {
  private Objectives() {}

  /**
   * Reads an objective as a configuration gives it.
   *
   * @param description a preset's name ({@code bart}), a T5 name ({@code span_3_15_u_u}), or a
   *     {@code Map<String, Object>} as HOCON unwraps to
   * @throws PalimpsestException of kind CONFIGURATION: unknown names list the known ones
   */
  public static Objective parse(Object description) {
    throw PalimpsestException.configuration("Objective '" + description + "' is unknown.");
  }
}
