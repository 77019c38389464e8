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
        new MachineChecks(List.of(SOUND, machine), Demands.of(Transport.COLLECTIVE))
            .findings().stream().filter(finding -> finding.verdict() != Verdict.OK).toList();
    assertThat(bad).hasSize(1);
    return bad.get(0);
  }

  @Test
  void soundMachines() {
    assertThat(new MachineChecks(List.of(SOUND), Demands.of(Transport.COLLECTIVE)).findings())
        .hasSize(5)
        .extracting(Finding::verdict)
        .containsOnly(Verdict.OK);
  }

  @Test
  void whatCannotComputeIsNamed() {
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
        .isEqualTo("On a a replica cannot compute: This LibTorch computes on the CPU only.");
  }

  @Test
  void foldersMustBeWritable() {
    Directory locked = new Directory("/locked", MUCH, false);

    assertThat(only(machine(MUCH, locked, ROOMY)))
        .isEqualTo(
            Finding.fail(
                "local folders",
                "The executor on a cannot write to /locked: set spark.local.dir (SPARK_LOCAL_DIRS"
                    + " on a cluster) to a folder where it can."));
    assertThat(only(machine(MUCH, ROOMY, locked)))
        .isEqualTo(
            Finding.fail(
                "native cache",
                "The executor on a cannot write to /locked, where native libraries are unpacked:"
                    + " set org.bytedeco.javacpp.cachedir in spark.executor.extraJavaOptions."));
  }

  @Test
  void aFullDiskIsToldBeforeItIsFull() {
    Directory full = new Directory("/full", 300 * Bytes.MIB, true);

    assertThat(only(machine(MUCH, full, ROOMY)))
        .isEqualTo(
            Finding.warn(
                "local folders",
                "On a only 300 MB are free in /full, where Spark keeps shuffled and broadcast"
                    + " data: set spark.local.dir to a larger disk."));
    assertThat(only(machine(MUCH, ROOMY, full)).sentence())
        .isEqualTo(
            "On a only 300 MB are free in /full, where native libraries are unpacked: free some"
                + " space, or set org.bytedeco.javacpp.cachedir in"
                + " spark.executor.extraJavaOptions.");
  }

  @Test
  void threadsThatSpinAreTold() {
    assertThat(only(new Machine("a", "1", MUCH, SOUND.folders(), Map.of(), Map.of())).sentence())
        .isEqualTo(
            "On a OMP_WAIT_POLICY is not passive, so LibTorch's threads take the cores from one"
                + " another: set spark.executorEnv.OMP_WAIT_POLICY=passive and"
                + " spark.executorEnv.GOMP_SPINCOUNT=0.");
  }

  @Test
  void aMachineMustHoldAReplica() {
    assertThat(only(machine(400 * Bytes.MIB, ROOMY, ROOMY)))
        .isEqualTo(
            Finding.fail(
                "machine memory",
                "A replica takes 458 MB, but a has 400 MB: use machines with more memory, or a"
                    + " smaller model."));
  }
}
