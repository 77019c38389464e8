package org.palimpsest.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.palimpsest.cli.simulation.Cluster;
import org.palimpsest.cli.simulation.Expectation;
import org.palimpsest.training.config.Transport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Says what efficiency a cluster can be expected to reach, from the time of a step, the"
            + " network, and how often machines fail.",
    footer = {"", "The model stands in docs/operations.md. Needs neither Spark nor a corpus."})
final class SimulateCommand implements Callable<Integer> {
  private static final double BITS = 8;
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  private final Console console;

  @Option(names = "--workers", defaultValue = "8", description = "Replicas." + DEFAULT)
  private int workers;

  @Option(
      names = "--parameters",
      defaultValue = "139420416",
      description = "Numbers in a replica." + DEFAULT)
  private long parameters;

  @Option(
      names = "--step-seconds",
      required = true,
      description = "A worker's time for a step, communication not counted.")
  private double stepSeconds;

  @Option(
      names = "--step-spread",
      defaultValue = "0.02",
      description = "Standard deviation of that time, as a share of it." + DEFAULT)
  private double stepSpread;

  @Option(
      names = "--inner-steps",
      defaultValue = "1",
      description = "Steps of every worker between two exchanges." + DEFAULT)
  private int innerSteps;

  @Option(
      names = "--bytes-per-number",
      defaultValue = "4",
      description = "Bytes of a number on the wire: 4; 2 as bf16; about 1 as int8." + DEFAULT)
  private double bytesPerNumber;

  @Option(
      names = "--transport",
      defaultValue = "collective",
      description = "How they are exchanged: collective or spark." + DEFAULT)
  private Transport route;

  @Option(
      names = "--gigabits",
      defaultValue = "10",
      description = "Bandwidth of a machine's link, in 10^9 bits a second." + DEFAULT)
  private double gigabits;

  @Option(
      names = "--latency-ms",
      defaultValue = "0.1",
      description = "Of a message between two workers." + DEFAULT)
  private double latencyMs;

  @Option(
      names = "--round-seconds",
      defaultValue = "0.01",
      description = "Fixed cost of an exchange; with spark that of a job." + DEFAULT)
  private double roundSeconds;

  @Option(
      names = "--failure-hours",
      defaultValue = "1000",
      description = "Mean time between the failures of one worker." + DEFAULT)
  private double failureHours;

  @Option(
      names = "--checkpoint-steps",
      defaultValue = "500",
      description = "Steps between restart points." + DEFAULT)
  private long checkpointSteps;

  @Option(
      names = "--checkpoint-seconds",
      defaultValue = "0",
      description = "For which training stands still at each." + DEFAULT)
  private double checkpointSeconds;

  @Option(
      names = "--restart-seconds",
      defaultValue = "60",
      description = "From a failure until steps are made again." + DEFAULT)
  private double restartSeconds;

  @Option(names = "--json", description = "Prints a JSON object.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // Failures reads it from what was parsed.
  @Option(names = "--stacktrace", description = "Shows where a failure comes from.")
  private boolean stacktrace;

  SimulateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Map<String, Object> facts = facts(Expectation.of(cluster()));
    if (json) {
      console.print(Json.line(facts));
    } else {
      facts.forEach(
          (name, value) ->
              console.print(String.format(Locale.ROOT, "%-36s %s", name, shown(value))));
    }
    return 0;
  }

  private Cluster cluster() {
    return new Cluster(
        workers,
        parameters,
        stepSeconds,
        stepSpread,
        innerSteps,
        bytesPerNumber,
        route,
        gigabits * 1e9 / BITS,
        latencyMs / 1e3,
        roundSeconds,
        failureHours,
        checkpointSteps,
        checkpointSeconds,
        restartSeconds);
  }

  private Map<String, Object> facts(Expectation expectation) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("efficiency", expectation.efficiency());
    facts.put("computing seconds a round", expectation.computingSeconds());
    facts.put("waiting seconds a round", expectation.waitingSeconds());
    facts.put("exchange seconds a round", expectation.exchangeSeconds());
    facts.put("share left by failures", expectation.faultShare());
    facts.put("bytes sent a worker and step", Math.round(expectation.bytesPerStep()));
    facts.put("best steps between checkpoints", expectation.checkpointSteps());
    facts.put(
        "steps an hour", 3600 * innerSteps / expectation.roundSeconds() * expectation.faultShare());
    return facts;
  }

  private static String shown(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%,.4f", number)
        : String.format(Locale.ROOT, "%,d", (Long) value);
  }
}
