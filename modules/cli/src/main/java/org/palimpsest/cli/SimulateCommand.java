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
        "Predicts the efficiency of a cluster from the time of a step, the network, and the failure"
            + " rate.",
    footer = {
      "",
      "docs/design/distributed.md describes the cost model. Needs neither Spark nor a corpus."
    })
final class SimulateCommand implements Callable<Integer> {
  private static final double BITS = 8;
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  private final Console console;

  @Option(names = "--workers", defaultValue = "8", description = "Number of replicas." + DEFAULT)
  private int workers;

  @Option(
      names = "--parameters",
      defaultValue = "139420416",
      description = "Numbers in a replica." + DEFAULT)
  private long parameters;

  @Option(
      names = "--step-seconds",
      required = true,
      description = "A worker's time for a step, without communication. Required.")
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
      description = "Bytes per number on the wire: 4; 2 for bf16; about 1 for int8." + DEFAULT)
  private double bytesPerNumber;

  @Option(
      names = "--transport",
      defaultValue = "collective",
      description = "How workers exchange: collective or spark." + DEFAULT)
  private Transport transport;

  @Option(
      names = "--gigabits",
      defaultValue = "10",
      description = "Bandwidth of a machine's link, in 10^9 bits per second." + DEFAULT)
  private double gigabits;

  @Option(
      names = "--latency-ms",
      defaultValue = "0.1",
      description = "Latency of a message between two workers." + DEFAULT)
  private double latencyMs;

  @Option(
      names = "--round-seconds",
      defaultValue = "0.01",
      description = "Fixed cost of an exchange; with spark, of a job." + DEFAULT)
  private double roundSeconds;

  @Option(
      names = "--failure-hours",
      defaultValue = "1000",
      description = "Mean time between failures of one worker." + DEFAULT)
  private double failureHours;

  @Option(
      names = "--checkpoint-steps",
      defaultValue = "500",
      description = "Steps between checkpoints." + DEFAULT)
  private long checkpointSteps;

  @Option(
      names = "--checkpoint-seconds",
      defaultValue = "0",
      description = "Time that training pauses at each checkpoint." + DEFAULT)
  private double checkpointSeconds;

  @Option(
      names = "--restart-seconds",
      defaultValue = "60",
      description = "Time from a failure until training continues." + DEFAULT)
  private double restartSeconds;

  @Option(names = "--json", description = "Prints a JSON object.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // Failures reads it from the parse result.
  @Option(names = "--stacktrace", description = "Prints the stack trace of a failure.")
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
              console.print(String.format(Locale.ROOT, "%-36s %s", label(name), format(value))));
    }
    return 0;
  }

  private Cluster cluster() {
    return new Cluster(
        workers,
        new Cluster.Work(parameters, stepSeconds, stepSpread, innerSteps),
        new Cluster.Exchange(
            transport, bytesPerNumber, gigabits * 1e9 / BITS, latencyMs / 1e3, roundSeconds),
        new Cluster.Faults(failureHours, checkpointSteps, checkpointSeconds, restartSeconds));
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

  /** JSON derives its keys from the names, which therefore stay as they are. */
  private static String label(String name) {
    return name.replaceAll(" an? (?=round|worker|hour)", " per ");
  }

  private static String format(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%,.4f", number)
        : String.format(Locale.ROOT, "%,d", (Long) value);
  }
}
