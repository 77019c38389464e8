package org.palimpsest.objective.preset;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Objective;

/** The named objectives, and those a configuration describes. */
public final class Objectives {
  private Objectives() {}

  /**
   * Reads an objective as a configuration gives it: a preset's name, a T5 name, a preset with
   * changes, the axes themselves, or a mixture.
   *
   * <pre>{@code
   * bart
   * span_3_15_u_u
   * { preset = bart, noise { density = 0.5 } }
   * { name = mine, steps = [ { kind = sentence-permutation, share = 1 } ],
   *   noise { kind = poisson-spans, density = 0.3, mean-span-length = 3.5, sampler = exact },
   *   source { kind = mask-span, random-share = 0.1 }, target { kind = full-text }, loss = all }
   * { mixture = [ { objective = t5, weight = 2 }, { objective = mass, mode-token = "<mass>" } ] }
   * }</pre>
   *
   * @param description a preset's name ({@code bart}), a T5 name ({@code span_3_15_u_u}), or a
   *     {@code Map<String, Object>} as HOCON unwraps to
   * @throws PalimpsestException of kind CONFIGURATION: unknown names list the known ones
   */
  public static Objective parse(Object description) {
    return new ObjectiveReader().read(description);
  }

  /** The named objectives, in alphabetical order: built in, and of {@link ObjectiveExtension}s. */
  public static List<Objective> presets() {
    return List.copyOf(new AxisReader().presets().values());
  }
}
