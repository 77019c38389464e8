package org.palimpsest.cli;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Section;
import org.palimpsest.cli.invocation.RunState;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = "Says how a run is, with an exit code for monitors.",
    footer = {
      "",
      "Exit code 0 if it trains or ended as it should; its own exit code if it failed; 5 if its"
          + " process was killed, or nothing was heard of it for --max-age; 3 if there is no run."
    })
final class StatusCommand extends RecipeCommand {
  @Mixin private RunOption run = new RunOption();

  @Option(
      names = "--max-age",
      paramLabel = "TIME",
      description = "Longest time since the last sign of the run, such as 26h.")
  private String maxAge;

  @Option(names = "--json", description = "Prints the status as JSON.")
  private boolean json;

  StatusCommand(Console console) {
    super(console);
  }

  @Override
  Recipe adjusted(Recipe recipe) {
    return run.adjusted(recipe);
  }

  @Override
  int run(Recipe recipe) {
    Optional<Duration> age = Optional.ofNullable(maxAge).map(StatusCommand::duration);
    StoredFolder folder = new StoredFolder(new Path(recipe.directory()), CliEnvironment.hadoop());
    boolean active = Lease.held(recipe.checkpointPath(), CliEnvironment.hadoop()).isPresent();
    RunState state = RunState.of(folder, active);
    Instant now = Instant.now();
    if (json) {
      console().print(Json.line(facts(state, now)));
    } else {
      facts(state, now)
          .forEach((name, value) -> console().print(String.format("%-12s %s", name, value)));
    }
    state
        .trouble(now, age)
        .ifPresent(
            trouble -> {
              throw trouble;
            });
    return 0;
  }

  private static Duration duration(String text) {
    return new Section("", ConfigFactory.parseMap(Map.of("--max-age", text))).duration("--max-age");
  }

  private static Map<String, Object> facts(RunState state, Instant now) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("state", state.state());
    facts.put("reason", state.reason());
    facts.put("step", state.step());
    facts.put("checkpoint", state.checkpoint());
    facts.put("time", state.lastSign().map(Instant::toString).orElse(""));
    facts.put("age", state.lastSign().map(time -> age(Duration.between(time, now))).orElse(""));
    facts.put("active", state.isActive());
    return facts;
  }

  private static String age(Duration age) {
    return age.toHours() > 0
        ? String.format(Locale.ROOT, "%d h %d min", age.toHours(), age.toMinutesPart())
        : String.format(Locale.ROOT, "%d min %d s", age.toMinutes(), age.toSecondsPart());
  }
}
