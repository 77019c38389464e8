package org.palimpsest.training.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.preflight.Finding.Verdict;
import org.palimpsest.training.preflight.Machine.Directory;
import org.palimpsest.training.preflight.Machine.Folders;

class MachineChecksTest {
  private static final long MUCH = 100 * Bytes.GIB;
  private static final Directory ROOMY = new Directory("/work", MUCH, true);
  private static final Machine SOUND =
      new Machine("b", "2", MUCH, new Folders(List.of(ROOMY), ROOMY), passive(), Map.of());

  private static Map<String, String> passive() {
    return Map.of("OMP_WAIT_POLICY", "passive");
  }

  private static Machine machine(long memory, Directory local, Directory cache) {
    return new Machine("a", "1", memory, new Folders(List.of(local), cache), passive(), Map.of());
  }

  private static Finding only(Machine machine) {
    List<Finding> bad =
        new MachineChecks(List.of(SOUND, machine), TestRequirements.of(Transport.COLLECTIVE))
            .findings().stream().filter(finding -> finding.verdict() != Verdict.OK).toList();
    assertThat(bad).hasSize(1);
    return bad.get(0);
  }

  @Test
  void acceptsSoundMachines() {
    assertThat(
            new MachineChecks(List.of(SOUND), TestRequirements.of(Transport.COLLECTIVE)).findings())
        .hasSize(5)
        .extracting(Finding::verdict)
        .containsOnly(Verdict.OK);
  }

  @Test
  void failsIfAMachineCannotCompute() {
    Finding finding =
        only(
            new Machine(
                "a",
                "1",
                MUCH,
                SOUND.folders(),
                passive(),
                Map.of(Machine.Ability.COMPUTE, "This LibTorch computes on the CPU only.")));

    assertThat(finding.isFailure()).isTrue();
    assertThat(finding.sentence())
        .isEqualTo("A replica cannot compute on a: This LibTorch computes on the CPU only.");
  }

  @Test
  void requiresWritableFolders() {
    Directory locked = new Directory("/locked", MUCH, false);

    assertThat(only(machine(MUCH, locked, ROOMY)))
        .isEqualTo(
            Finding.fail(
                "local folders",
                "The executor on a cannot write to /locked: set spark.local.dir (SPARK_LOCAL_DIRS on a cluster) to a"
                    + " writable folder."));
    assertThat(only(machine(MUCH, ROOMY, locked)))
        .isEqualTo(
            Finding.fail(
                "native cache",
                "The executor on a cannot write to /locked, where native libraries are unpacked:"
                    + " set org.bytedeco.javacpp.cachedir in spark.executor.extraJavaOptions."));
  }

  @Test
  void warnsAboutLittleDiskSpace() {
    Directory full = new Directory("/full", 300 * Bytes.MIB, true);

    assertThat(only(machine(MUCH, full, ROOMY)))
        .isEqualTo(
            Finding.warn(
                "local folders",
                "The folder /full on a has only 300 MB of free space, where Spark keeps shuffled and broadcast"
                    + " data: set spark.local.dir to a larger disk."));
    assertThat(only(machine(MUCH, ROOMY, full)).sentence())
        .isEqualTo(
            "The folder /full on a has only 300 MB of free space, where native libraries are unpacked: free some"
                + " space, or set org.bytedeco.javacpp.cachedir in"
                + " spark.executor.extraJavaOptions.");
  }

  @Test
  void warnsAboutSpinningThreads() {
    assertThat(only(new Machine("a", "1", MUCH, SOUND.folders(), Map.of(), Map.of())).sentence())
        .isEqualTo(
            "OMP_WAIT_POLICY is not passive on a, so LibTorch's threads compete for the cores: set spark.executorEnv.OMP_WAIT_POLICY=passive and"
                + " spark.executorEnv.GOMP_SPINCOUNT=0.");
  }

  @Test
  void requiresMemoryForAReplica() {
    assertThat(only(machine(400 * Bytes.MIB, ROOMY, ROOMY)))
        .isEqualTo(
            Finding.fail(
                "machine memory",
                "A replica needs 458 MB, but a has 400 MB: use machines with more memory, or a"
                    + " smaller model."));
  }
}
