package org.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code deploy/} for schedulers, as far as no scheduler is needed. */
class ScheduleFilesTest {
  private static final String UNITS = "deploy/schedule/";
  private static final List<String> NAMES =
      List.of("palimpsest-nightly.service", "palimpsest-nightly.timer", "palimpsest-alert.service");
  private static final Pattern COMMAND = Pattern.compile("palimpsest (nightly .*?)(?=>>|\\n|$)");

  @TempDir private Path folder;

  private record Outcome(int code, String output) {}

  private Outcome run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(command.toString()).isTrue();
    return new Outcome(process.exitValue(), Files.readString(output));
  }

  private static boolean isMissing(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .noneMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  @Test
  void systemdAcceptsTheUnits() throws IOException, InterruptedException {
    Assumptions.assumeFalse(isMissing("systemd-analyze"), "systemd-analyze is not installed.");
    List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify"));
    for (String name : NAMES) {
      String text =
          RepositoryFiles.read(UNITS + name).replace("/srv/palimpsest", MarkdownPage.ROOT + "");
      command.add(Files.writeString(folder.resolve(name), text).toString());
    }

    Outcome verified = run(command);

    assertThat(verified.output().lines().filter(line -> line.contains("palimpsest"))).isEmpty();
    assertThat(verified.code()).as(verified.output()).isZero();
  }

  @Test
  void everyUnitThatIsNamedIsShipped() {
    for (String name : NAMES) {
      assertThat(
              Pattern.compile("palimpsest-[a-z]+\\.(service|timer)")
                  .matcher(RepositoryFiles.read(UNITS + name))
                  .results()
                  .map(match -> match.group()))
          .isSubsetOf(NAMES);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"schedule/palimpsest-nightly.service", "schedule/crontab"})
  void theCommandExists(String file) throws IOException {
    String text = RepositoryFiles.read("deploy/" + file).replaceAll("\\\\\\n\\s*", " ");
    List<String> commands =
        COMMAND.matcher(text).results().map(match -> match.group(1).strip()).toList();
    assertThat(commands).hasSize(1);
    Path recipe = Files.createFile(folder.resolve("nightly.conf"));
    List<String> words =
        new ArrayList<>(
            List.of(
                commands
                    .get(0)
                    .replace("/srv/palimpsest/conf/nightly.conf", recipe.toString())
                    .replaceFirst(" --master \\S+", "")
                    .split("\\s+")));
    words.add("--print-config");

    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            Console.plain(printing(new ByteArrayOutputStream()), printing(err)),
            words.toArray(String[]::new));

    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
  }

  private static PrintStream printing(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  @Test
  void theDagsArePython() throws IOException, InterruptedException {
    Assumptions.assumeFalse(isMissing("python3"), "python3 is not installed.");
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                "-c",
                "import ast, sys\nfor f in sys.argv[1:]: ast.parse(open(f).read(), f)"));
    RepositoryFiles.list(UNITS + "airflow").stream()
        .map(Path::toString)
        .filter(name -> name.endsWith(".py"))
        .forEach(command::add);
    assertThat(command).hasSize(5);

    Outcome parsed = run(command);

    assertThat(parsed.code()).as(parsed.output()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schedule/airflow/install",
        "yarn/submit",
        "kubernetes/submit",
        "kubernetes/image-folder",
        "standalone/submit"
      })
  void theScriptsAreBashAndSayWhatTheyNeed(String script) throws IOException, InterruptedException {
    Path file = MarkdownPage.ROOT.resolve("deploy").resolve(script);
    assertThat(file).isExecutable();

    Outcome refused = run(List.of("bash", file.toString()));

    assertThat(refused.code()).as(refused.output()).isEqualTo(2);
    assertThat(refused.output())
        .containsPattern("^(install|submit|image-folder): .*required: |not built: ");
  }
}
