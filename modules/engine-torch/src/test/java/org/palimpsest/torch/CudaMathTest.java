package org.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.model.Device;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Numerics.Activations;
import org.palimpsest.model.Numerics.Additions;
import org.palimpsest.model.Precision;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.contract.Examples;
import org.palimpsest.model.contract.Specs;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.torch.memory.Execution;

class CudaMathTest {
  private static final Device GPU = Device.parse("cuda:1");

  private static Numerics numerics(Precision precision, Additions additions) {
    return new Numerics(precision, 0, 0, Activations.KEPT, additions);
  }

  @AfterEach
  void restore() {
    CudaMath.use(Numerics.PLAIN);
  }

  @ParameterizedTest
  @EnumSource
  void onlyTf32RoundsFp32Products(Precision precision) {
    CudaMath.use(numerics(precision, Additions.ANY_ORDER));
    Context context = torch.globalContext();
    assertThat(context.allowTF32CuBLAS()).as("TF32").isEqualTo(precision == Precision.TF32);
    assertThat(context.allowBF16ReductionCuBLAS().intern())
        .as("sums of bf16 products")
        .isEqualTo(torch.CuBLASReductionOption.DisallowReducedPrecisionAllowSplitK);
  }

  @ParameterizedTest
  @EnumSource
  void aFixedOrderNeedsDeterministicAlgorithms(Additions additions) {
    CudaMath.use(numerics(Precision.FP32, additions));
    Context context = torch.globalContext();
    assertThat(context.deterministicAlgorithms()).isEqualTo(additions == Additions.FIXED_ORDER);
    assertThat(context.deterministicAlgorithmsWarnOnly()).as("only warns").isFalse();
    assertThat(context.deterministicFillUninitializedMemory()).as("fills memory").isFalse();
  }

  @Test
  void tf32IsRefusedOnACpu() {
    ReplicaOptions options =
        new ReplicaOptions(
            Device.CPU,
            1,
            new OptimizerSpec.Sgd(),
            7,
            numerics(Precision.TF32, Additions.ANY_ORDER));
    TorchEngine engine = new TorchEngine();
    assertThat(engine.supports(Device.CPU, Precision.TF32)).isFalse();
    assertThat(engine.supports(GPU, Precision.TF32)).isTrue();
    assertThatThrownBy(() -> engine.createReplica(Specs.named("bart"), options))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
        .hasMessage(
            "Only CUDA GPUs compute in tf32, and training.device is cpu: set training.precision ="
                + " fp32.");
  }

  @Test
  void aFixedOrderOnAGpuNeedsWorkspacesOfFixedSizes() {
    Numerics fixed = numerics(Precision.BF16, Additions.FIXED_ORDER);
    for (String workspace : new String[] {null, ":0:0"}) {
      assertThatThrownBy(() -> CudaMath.require(GPU, fixed, workspace))
          .isInstanceOfSatisfying(
              PalimpsestException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
          .hasMessage(
              "training.deterministic on a GPU needs CUBLAS_WORKSPACE_CONFIG = :4096:8 in the"
                  + " environment of each process that trains: set"
                  + " spark.executorEnv.CUBLAS_WORKSPACE_CONFIG = :4096:8 (with --master local, the"
                  + " variable itself), or training.deterministic = false.");
    }
    assertThatCode(() -> CudaMath.require(GPU, fixed, ":16:8")).doesNotThrowAnyException();
    assertThatCode(() -> CudaMath.require(Device.CPU, fixed, null)).doesNotThrowAnyException();
    Numerics any = numerics(Precision.BF16, Additions.ANY_ORDER);
    assertThatCode(() -> CudaMath.require(GPU, any, null)).doesNotThrowAnyException();
  }

  @Test
  void aFixedOrderAvoidsFusedAttentionOnAGpu() {
    assertThat(Execution.of(GPU, Additions.ANY_ORDER)).isEqualTo(Execution.GPU);
    assertThat(Execution.of(GPU, Additions.FIXED_ORDER).attention())
        .isEqualTo(Execution.Attention.PRODUCTS);
    assertThat(Execution.of(Device.CPU, Additions.FIXED_ORDER)).isEqualTo(Execution.CPU);
  }

  /** Every operation of a step has a deterministic form; LibTorch would refuse others. */
  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void aStepInTheRepeatableWaysOfAGpuGivesTheSameBytesTwice(String model) {
    CudaMath.use(numerics(Precision.FP32, Additions.FIXED_ORDER));
    ModelSpec spec = Specs.named(model).withDropout(0.1);
    Batch batch = Examples.batch(spec, new Random(5), 6);
    assertThat(gradients(spec, batch)).isEqualTo(gradients(spec, batch));
  }

  private static float[] gradients(ModelSpec spec, Batch batch) {
    ReplicaOptions options = new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 7);
    try (TorchReplica replica =
        new TorchReplica(Natives.loaded(), spec, options, Execution.REPEATABLE_GPU)) {
      replica.backward(batch, new DropoutKey(1, 1, 0, 0));
      return replica.gradients().toArray();
    }
  }
}
