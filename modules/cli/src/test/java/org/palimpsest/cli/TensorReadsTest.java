package org.palimpsest.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** On a GPU each read of a tensor waits for all queued work; {@code Transfers} counts them. */
@AnalyzeClasses(packages = "org.palimpsest.torch", importOptions = ProductionCode.class)
class TensorReadsTest {
  private static final Set<String> LIBTORCH =
      Set.of(
          "org.bytedeco.pytorch.Tensor",
          "org.bytedeco.pytorch.TensorBase",
          "org.bytedeco.pytorch.AbstractTensor",
          "org.bytedeco.pytorch.global.torch");

  /** Methods that copy to or from the host, or need a size from the device. */
  private static final Set<String> READING =
      Set.of(
          "allclose",
          "bincount",
          "cpu",
          "create",
          "createBuffer",
          "createIndexer",
          "equal",
          "from_blob",
          "is_nonzero",
          "masked_select",
          "nonzero",
          "print",
          "tensor",
          "unique");

  @ArchTest
  static final ArchRule tensorsAreReadInOnePlace =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.palimpsest.torch.memory.Transfers")
          .should()
          .callMethodWhere(describe("the call reads a tensor", TensorReadsTest::readsTensor));

  private static boolean readsTensor(JavaMethodCall call) {
    String name = call.getName();
    return LIBTORCH.contains(call.getTargetOwner().getName())
        && (READING.contains(name) || name.startsWith("item") || name.contains("data_ptr"));
  }
}
