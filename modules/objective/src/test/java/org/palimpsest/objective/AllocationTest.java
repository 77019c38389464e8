package org.palimpsest.objective;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.objective.preset.Objectives;

/** With a buffer that has been used before, nothing is allocated. */
class AllocationTest {
  static List<Objective> presets() {
    return Objectives.presets();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void nothingIsAllocatedForAnExample(Objective objective) {
    Corruptor corruptor = objective.corruptor(Texts.BART, 512);
    List<TokenBlock> blocks =
        IntStream.range(0, 64).mapToObj(id -> Texts.documents(id, 510, 90)).toList();
    DenoisingExample example = new DenoisingExample(1200);
    damageAll(corruptor, blocks, example);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    for (int epoch = 0; epoch < 20; epoch++) {
      damageAll(corruptor, blocks, example);
    }
    long bytes = threads.getThreadAllocatedBytes(thread) - before;
    // The measurement itself allocates a little.
    assertThat(bytes / (20 * 64)).isLessThan(4);
  }

  private static void damageAll(
      Corruptor corruptor, List<TokenBlock> blocks, DenoisingExample example) {
    for (int at = 0; at < blocks.size(); at++) {
      corruptor.corrupt(blocks.get(at), 1, 0, example);
    }
  }
}
