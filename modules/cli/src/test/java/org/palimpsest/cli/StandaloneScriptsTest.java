package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of {@code deploy/}, with a program that sleeps in place of Java. */
class StandaloneScriptsTest {
  private static final String MASTER = "org.apache.spark.deploy.master.Master";

  @TempDir private Path folder;
  private Path cluster;
  private final List<ProcessHandle> processes = new ArrayList<>();

  /** The outcome of a script. */
  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    cluster = folder.resolve("cluster");
    copy("deploy/standalone");
    copy("conf");
    Path script = Files.createDirectories(folder.resolve("deploy")).resolve("secure-conf");
    Files.copy(MarkdownPage.ROOT.resolve("deploy/secure-conf"), script);
    Path jars = Files.createDirectories(folder.resolve("jars"));
    Files.createFile(jars.resolve("spark-core_2.13-4.2.0.jar"));
    Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
    Files.writeString(java, "#!/usr/bin/env bash\nexec -a \"java $*\" sleep 600\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void end() {
    processes.forEach(ProcessHandle::destroyForcibly);
  }

  private void copy(String name) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name));
    for (Path file : RepositoryFiles.list(name)) {
      Files.copy(file, target.resolve(file.getFileName()));
    }
  }

  private Outcome bash(String script) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", script)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("PALIMPSEST_CLUSTER", cluster.toString());
    builder.environment().put("JAVA_HOME", folder.resolve("java").toString());
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the script ends").isTrue();
    return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Outcome stop() throws IOException, InterruptedException {
    return bash("deploy/standalone/stop");
  }

  /** Starts a process as {@code start} does. */
  private ProcessHandle launch() throws IOException, InterruptedException {
    Outcome outcome =
        bash("source deploy/standalone/spark-home; launch master " + MASTER + " --host here");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    List<String> lines = Files.readAllLines(cluster.resolve("master.pid"));
    ProcessHandle process = ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
    processes.add(process);
    return process;
  }

  /** Starts a process that the scripts did not start. */
  private ProcessHandle other(String name) throws IOException {
    Process process = new ProcessBuilder("bash", "-c", "exec -a '" + name + "' sleep 600").start();
    processes.add(process.toHandle());
    return process.toHandle();
  }

  private void note(String content) throws IOException {
    Files.writeString(Files.createDirectories(cluster).resolve("master.pid"), content);
  }

  @Test
  void stopEndsWhatWasStarted() throws Exception {
    ProcessHandle process = launch();
    Outcome outcome = stop();
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(process.isAlive()).isFalse();
    assertThat(cluster.resolve("master.pid")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleeper", "vi master.Master.notes"})
  void stopLeavesAnotherProgramAloneThatHasTheId(String name) throws Exception {
    ProcessHandle other = other(name);
    note(other.pid() + "\n");
    Outcome outcome = stop();
    assertThat(other.isAlive()).isTrue();
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .isEqualTo(
            "stop: process "
                + other.pid()
                + " is not the one of "
                + cluster.resolve("master.pid")
                + ", which has ended: it is left alone.\n");
    assertThat(cluster.resolve("master.pid")).doesNotExist();
  }

  @Test
  void stopLeavesALaterMasterAloneThatHasTheId() throws Exception {
    ProcessHandle later = other("java " + MASTER + " --host there");
    note(later.pid() + "\n00000000-0000-0000-0000-000000000000 17\n");
    stop();
    assertThat(later.isAlive()).isTrue();
  }

  @Test
  void stopEndsAMasterOfAnEarlierVersionsFile() throws Exception {
    ProcessHandle process = launch();
    note(process.pid() + "\n");
    assertThat(stop().code()).isZero();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void stopForgetsAProcessThatHasEnded() throws Exception {
    ProcessHandle process = launch();
    process.destroyForcibly();
    process.onExit().get(10, TimeUnit.SECONDS);
    Outcome outcome = stop();
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    assertThat(cluster.resolve("master.pid")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1", "0", "", "7 8", "x"})
  void stopRefusesAFileWithoutAnId(String content) throws Exception {
    note(content + "\n");
    Outcome outcome = stop();
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            "stop: "
                + cluster.resolve("master.pid")
                + " does not contain the id of a process: delete it.\n");
  }

  @Test
  void aSecureConfigurationIsPrivateAndHasItsOwnSecret() throws Exception {
    Outcome outcome = bash("bash deploy/secure-conf one && bash deploy/secure-conf two");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    Path defaults = folder.resolve("one/spark-defaults.conf");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(defaults)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("one"))))
        .isEqualTo("rwx------");
    String secret = secret(defaults);
    assertThat(secret).matches("[0-9a-f]{64}");
    assertThat(secret(folder.resolve("two/spark-defaults.conf"))).isNotEqualTo(secret);
    assertThat(folder.resolve("one/log4j2.properties")).exists();
  }

  private static String secret(Path defaults) throws IOException {
    return Files.readAllLines(defaults).stream()
        .filter(line -> line.startsWith("spark.authenticate.secret "))
        .map(line -> line.split("\\s+", -1)[1])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSecureConfigurationReplacesNothing() throws Exception {
    Outcome outcome = bash("bash deploy/secure-conf conf");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo("secure-conf: conf exists: choose another folder, or delete it.\n");
  }
}
