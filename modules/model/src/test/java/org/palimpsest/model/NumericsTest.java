package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class NumericsTest {
  private static Numerics of(String precision, boolean deterministic) {
    Config training =
        ConfigFactory.parseString(
            "label-smoothing = 0.1, z-loss = 0, activation-checkpointing = false, precision = "
                + precision
                + ", deterministic = "
                + deterministic);
    return Numerics.from(training);
  }

  @Test
  void readsPrecisionAndOrder() {
    assertThat(of("tf32", true))
        .isEqualTo(
            new Numerics(
                Precision.TF32, 0.1, 0, Numerics.Activations.KEPT, Numerics.Additions.FIXED_ORDER));
    assertThat(of("bf16", false))
        .isEqualTo(new Numerics(Precision.BF16, 0.1, 0, Numerics.Activations.KEPT));
  }

  @Test
  void anUnknownPrecisionNamesThoseThatExist() {
    assertThatThrownBy(() -> of("fp16", false))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("training.precision 'fp16'")
        .hasMessageContaining("fp32, tf32, bf16");
  }
}
