package org.palimpsest.model.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.process.ChildJvm;

/**
 * Reads damaged files in a JVM with a small heap. Each must be read, or refused with a {@link
 * PalimpsestException} of one line, within a time.
 */
public final class Fuzzer {
  /** Longest time for one file. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final String HEAP = "-Xmx512m";
  private static final String CURRENT = "current-mutant";
  private static final String FINDING = "FINDING ";
  private static final int LONGEST_MESSAGE = 4001;
  private static final int MOST_FINDINGS = 20;
  private static final long MINUTES = 30;

  private Fuzzer() {}

  /** A reader of damaged files. */
  public interface Target {
    /** Damages a file and reads it. */
    void read(long seed) throws Exception;
  }

  /** The targets of a module, whose {@code main} calls {@link #main}. */
  public interface Targets {
    /**
     * The targets, by name.
     *
     * @param folder an empty folder
     */
    Map<String, Target> in(Path folder) throws Exception;
  }

  /** What a target did that it must not do. */
  private record Finding(long seed, String what) {}

  /** Mutants of each target in every build, always the same. */
  public static final Tries FEW = new Tries(0, 100);

  /** Mutants of each target in a long test; {@code palimpsest.first-mutant} gives others. */
  public static final Tries MANY =
      new Tries(
          Long.getLong("palimpsest.first-mutant", 1_000_000),
          Integer.getInteger("palimpsest.mutants", 3_000));

  /** A range of seeds. */
  public record Tries(long firstSeed, int count) {}

  /**
   * Runs a program of targets in a child JVM.
   *
   * @param program a class whose {@code main} calls {@link #main}
   * @param folder for files
   * @return what targets did that they must not do
   */
  public static List<String> findings(Class<?> program, Path folder, Tries tries)
      throws IOException, InterruptedException {
    Path log = folder.resolve("fuzz.log");
    String first = Long.toString(tries.firstSeed());
    String count = Integer.toString(tries.count());
    Process process =
        ChildJvm.of(program, folder.toString(), first, count)
            .with(HEAP, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
            .start(log);
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    List<String> output = Files.readAllLines(log);
    List<String> findings =
        new ArrayList<>(output.stream().filter(line -> line.startsWith(FINDING)).toList());
    if (process.exitValue() != 0) {
      findings.add(
          "The JVM ended with "
              + process.exitValue()
              + " at mutant "
              + Files.readString(folder.resolve(CURRENT)).strip()
              + ": "
              + output);
    }
    return findings;
  }

  /** The main method of a program of targets. */
  public static void main(Targets targets, String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    long firstSeed = Long.parseLong(arguments[1]);
    int tries = Integer.parseInt(arguments[2]);
    for (Map.Entry<String, Target> target : new TreeMap<>(targets.in(folder)).entrySet()) {
      long start = System.nanoTime();
      print(target.getKey() + " begins");
      findings(noted(target.getValue(), folder), firstSeed, tries)
          .forEach(one -> print(FINDING + target.getKey() + " " + one.seed() + ": " + one.what()));
      long seconds = (System.nanoTime() - start) / 1_000_000_000;
      print(target.getKey() + ": " + tries + " mutants in " + seconds + " s");
    }
  }

  /** A target that first writes its seed to a file, because a native library may end the JVM. */
  private static Target noted(Target target, Path folder) throws IOException {
    FileChannel current =
        FileChannel.open(
            folder.resolve(CURRENT), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    return seed -> {
      current.write(StandardCharsets.UTF_8.encode(String.format("%-20d", seed)), 0);
      target.read(seed);
    };
  }

  private static void print(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static List<Finding> findings(Target target, long firstSeed, int tries) {
    List<Finding> findings = new ArrayList<>();
    for (long seed = firstSeed; seed < firstSeed + tries; seed++) {
      Optional<String> what = tried(target, seed);
      if (what.isPresent()) {
        findings.add(new Finding(seed, what.get()));
      }
      if (findings.size() == MOST_FINDINGS) {
        break;
      }
    }
    return findings;
  }

  /**
   * A slow mutant is tried again. The limit is one of processor time, because the machine may be
   * busy; a mutant that waits has ten times as long.
   */
  private static Optional<String> tried(Target target, long seed) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int attempt = 0; ; attempt++) {
      long start = System.nanoTime();
      long busy = threads.getCurrentThreadCpuTime();
      Optional<String> trouble = trouble(target, seed);
      Duration used = Duration.ofNanos(threads.getCurrentThreadCpuTime() - busy);
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      if (trouble.isPresent()) {
        return trouble;
      }
      if (used.compareTo(LIMIT) <= 0 && taken.compareTo(LIMIT.multipliedBy(10)) <= 0) {
        return Optional.empty();
      }
      if (attempt == 1) {
        return Optional.of(
            "took %d ms, %d of them busy".formatted(taken.toMillis(), used.toMillis()));
      }
    }
  }

  @SuppressWarnings("PMD") // A fuzzer catches everything.
  private static Optional<String> trouble(Target target, long seed) {
    try {
      target.read(seed);
      return Optional.empty();
    } catch (PalimpsestException e) {
      return badMessage(e.getMessage());
    } catch (Throwable e) {
      return Optional.of(trace(e));
    }
  }

  private static Optional<String> badMessage(String message) {
    if (message == null || message.lines().count() != 1 || message.length() > LONGEST_MESSAGE) {
      String shown = String.valueOf(message).replaceAll("\\p{Cntrl}", "?");
      return Optional.of(
          "a message that is not one short line: "
              + shown.substring(0, Math.min(300, shown.length())));
    }
    return Optional.empty();
  }

  /** The stack trace in one line. */
  private static String trace(Throwable failure) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    failure.printStackTrace(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .limit(14)
        .map(String::strip)
        .reduce((one, other) -> one + " | " + other)
        .orElse("");
  }
}
