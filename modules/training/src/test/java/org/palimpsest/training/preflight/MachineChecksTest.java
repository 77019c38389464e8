package org.palimpsest.training.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.preflight.Finding.Verdict;
import org.palimpsest.training.preflight.Machine.Directory;

class MachineChecksTest {
  private static final long MUCH = 100 * Bytes.GIB;
  private static final Directory ROOMY = new Directory("/work", MUCH, true);
  private static final Machine SOUND =
      new Machine("b", "2", MUCH, List.of(ROOMY), ROOMY, "passive", List.of(), "", "");

  private static Machine machine(
      long memory, Directory local, Directory cache, String openMp, String trouble) {
    return new Machine("a", "1", memory, List.of(local), cache, openMp, List.of(), "", trouble);
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
        only(machine(MUCH, ROOMY, ROOMY, "passive", "This LibTorch computes on the CPU only."));

    assertThat(finding.isFailure()).isTrue();
    assertThat(finding.sentence())
        .isEqualTo("On a a replica cannot compute: This LibTorch computes on the CPU only.");
  }

  @Test
  void foldersMustBeWritable() {
    Directory locked = new Directory("/locked", MUCH, false);

    assertThat(only(machine(MUCH, locked, ROOMY, "passive", "")))
        .isEqualTo(
            Finding.fail(
                "local folders",
                "The executor on a cannot write to /locked: set spark.local.dir (SPARK_LOCAL_DIRS"
                    + " on a cluster) to a folder where it can."));
    assertThat(only(machine(MUCH, ROOMY, locked, "passive", "")))
        .isEqualTo(
            Finding.fail(
                "native cache",
                "The executor on a cannot write to /locked, where native libraries are unpacked:"
                    + " set org.bytedeco.javacpp.cachedir in spark.executor.extraJavaOptions."));
  }

  @Test
  void aFullDiskIsToldBeforeItIsFull() {
    Directory full = new Directory("/full", 300 * Bytes.MIB, true);

    assertThat(only(machine(MUCH, full, ROOMY, "passive", "")))
        .isEqualTo(
            Finding.warn(
                "local folders",
                "On a only 300 MB are free in /full, where Spark keeps shuffled and broadcast"
                    + " data: set spark.local.dir to a larger disk."));
    assertThat(only(machine(MUCH, ROOMY, full, "passive", "")).sentence())
        .isEqualTo(
            "On a only 300 MB are free in /full, where native libraries are unpacked: free some"
                + " space, or set org.bytedeco.javacpp.cachedir in"
                + " spark.executor.extraJavaOptions.");
  }

  @Test
  void threadsThatSpinAreTold() {
    assertThat(only(machine(MUCH, ROOMY, ROOMY, "null", "")).sentence())
        .isEqualTo(
            "On a OMP_WAIT_POLICY is not passive, so LibTorch's threads take the cores from one"
                + " another: set spark.executorEnv.OMP_WAIT_POLICY=passive and"
                + " spark.executorEnv.GOMP_SPINCOUNT=0.");
  }

  @Test
  void aMachineMustHoldAReplica() {
    assertThat(only(machine(400 * Bytes.MIB, ROOMY, ROOMY, "passive", "")))
        .isEqualTo(
            Finding.fail(
                "machine memory",
                "A replica takes 458 MB, but a has 400 MB: use machines with more memory, or a"
                    + " smaller model."));
  }
}
