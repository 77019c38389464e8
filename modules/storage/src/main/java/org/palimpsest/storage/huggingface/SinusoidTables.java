package org.palimpsest.storage.huggingface;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding.Sinusoidal;
import org.palimpsest.storage.huggingface.ConstantTensor.Presence;

/** The tables of sinusoids in files of a family whose positions are computed. */
record SinusoidTables(BartFamily family, Sinusoidal waves) {
  private static final String PREFIX = "model.";

  /** Older versions of transformers call them {@code weights} where they are buffers. */
  private static final List<String> NAMES = List.of("weight", "weights");

  List<ConstantTensor> of(ModelSpec spec) {
    ConstantTensor.Waves content = new ConstantTensor.Waves(waves, spec.width());
    long[] shape = {waves.first() + spec.positions(), spec.width()};
    List<ConstantTensor> tables = new ArrayList<>();
    for (String stack : List.of("encoder", "decoder")) {
      for (String name : NAMES) {
        String table = stack + ".embed_positions." + name;
        boolean isWritten = family.storesSinusoids() && name.equals("weight");
        tables.add(
            new ConstantTensor(
                PREFIX + table, shape, content, isWritten ? Presence.WRITTEN : Presence.READ));
        // Files of the bare model leave the prefix out.
        tables.add(new ConstantTensor(table, shape, content, Presence.READ));
      }
    }
    return tables;
  }
}
