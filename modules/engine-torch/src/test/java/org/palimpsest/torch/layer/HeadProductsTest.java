package org.palimpsest.torch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.spec.DropoutRates;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.NativeScope;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Workspace;

/** The fused kernel of whichever device is there, compared with batched products. */
class HeadProductsTest {
  private static final ModelSpec SPEC = Specs.named("bart").with(new DropoutRates(0, 0.1, 0));
  private static final String DEVICE = torch.hasCUDA() ? "cuda" : "cpu";

  private static void with(Precision precision, Consumer<Workspace> test) {
    NativeScope.run(
        () -> {
          torch.manual_seed(3);
          Tensor parameters =
              torch
                  .zeros(ParameterLayout.of(SPEC).size())
                  .to(new org.bytedeco.pytorch.Device(DEVICE), torch.ScalarType.Float);
          Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
          try (Workspace workspace =
              new Workspace(
                  SPEC, numerics, parameters, parameters, new Transfers(), Execution.GPU)) {
            test.accept(workspace);
          }
        });
  }

  private static Tensor heads(Workspace workspace, long length) {
    return torch
        .randn(3, 4, length, 16)
        .to(workspace.operandOptions().device(), workspace.operandType());
  }

  @ParameterizedTest
  @CsvSource({
    "FP32, 40, 40, false, 2e-6",
    "FP32, 7, 64, true, 2e-6",
    "FP32, 300, 304, true, 2e-6",
    "BF16, 40, 40, false, 0.02",
    "BF16, 7, 64, true, 0.02"
  })
  void theFusedKernelGivesWhatProductsGive(
      Precision precision, long queries, long keys, boolean masked, double room) {
    with(
        precision,
        workspace -> {
          Tensor q = heads(workspace, queries);
          Tensor k = heads(workspace, keys);
          Tensor v = heads(workspace, keys);
          Tensor slope = heads(workspace, queries);
          Tensor mask =
              torch.zeros(new long[] {3, 1, 1, keys}, workspace.options()).narrow(0, 0, 3);
          mask.select(0, 1).narrow(2, keys - 3, 3).fill_(new Scalar(-1e30));
          ScoreTerm term = ScoreTerm.fixed(masked ? mask : null);
          HeadProducts plain = new BatchedProducts(workspace, null);
          HeadProducts fused = FusedAttention.of(workspace, null);
          close(fused.forward(q, k, v, term), plain.forward(q, k, v, term), room, "mix");
          HeadProducts.Gradients ours = fused.backward(slope.clone());
          HeadProducts.Gradients truth = plain.backward(slope.clone());
          close(ours.q(), truth.q(), room, "gradient of the queries");
          close(ours.k(), truth.k(), room, "gradient of the keys");
          close(ours.v(), truth.v(), room, "gradient of the values");
        });
  }

  private static void close(Tensor actual, Tensor expected, double room, String what) {
    double largest = expected.abs().max().item_double();
    assertThat(actual.sub(expected).abs().max().item_double()).as(what).isLessThan(room * largest);
  }

  @Test
  void theFusedKernelLeavesDropoutToOthers() {
    with(
        Precision.FP32,
        workspace -> {
          DropoutRng rng = new DropoutRng(workspace);
          Dropout dropout = Dropout.inside(workspace, rng, 0.1);
          rng.sites(1);
          FusedAttention fused = FusedAttention.of(workspace, dropout);
          assertThat(fused.computes(ScoreTerm.fixed(null))).as("without dropout").isTrue();
          rng.begin(new DropoutKey(1, 2, 3, 4), 0);
          assertThat(fused.computes(ScoreTerm.fixed(null))).as("with dropout").isFalse();
        });
  }

  /**
   * The kernels of a GPU are called by position; a CPU has their signatures, but not the kernels.
   */
  @Test
  void theKernelsOfAGpuHaveTheArgumentsThatWeGive() {
    assertThat(signature(EfficientAttention.FORWARD))
        .isEqualTo(
            "(Tensor query, Tensor key, Tensor value, Tensor? attn_bias, bool compute_log_sumexp,"
                + " float dropout_p=0., bool is_causal=False, *, float? scale=None) -> (Tensor"
                + " output, Tensor log_sumexp, Tensor philox_seed, Tensor philox_offset)");
    assertThat(signature(EfficientAttention.BACKWARD))
        .isEqualTo(
            "(Tensor grad_out_, Tensor query, Tensor key, Tensor value, Tensor attn_bias, Tensor"
                + " out, Tensor logsumexp, Tensor philox_seed, Tensor philox_offset, float"
                + " dropout_p, bool[4] grad_input_mask, bool is_causal=False, *, float? scale=None)"
                + " -> (Tensor, Tensor, Tensor, Tensor)");
  }

  private static String signature(String name) {
    return NativeScope.in(
        () ->
            torch
                .toString(Dispatcher.singleton().findSchemaOrThrow(name, "").schema())
                .getString()
                .substring(name.length()));
  }
}
