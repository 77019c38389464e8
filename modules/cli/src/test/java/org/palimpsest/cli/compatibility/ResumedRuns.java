package org.palimpsest.cli.compatibility;

import java.nio.file.Path;
import java.util.List;
import org.palimpsest.cli.compatibility.Artefacts.Outcome;

/** Resumes runs one after the other, each without its recipe. */
final class ResumedRuns {
  private ResumedRuns() {}

  /**
   * Trains each run up to step 40; ends with the exit code of the first that fails.
   *
   * @param arguments the folder of the artefacts, then the runs' names
   */
  public static void main(String[] arguments) {
    Artefacts artefacts = new Artefacts(Path.of(arguments[0]));
    LocalSpark.SETTINGS.forEach(System::setProperty);
    for (String run : List.of(arguments).subList(1, arguments.length)) {
      Outcome outcome =
          Artefacts.run(
              "pretrain",
              "--set",
              artefacts.places(run).get(0),
              "--set",
              artefacts.places(run).get(1),
              // Without a value there is no way from the defaults to the run.
              "--set",
              "checkpoint.path=null",
              "--set",
              "training.steps=40");
      System.out.println(outcome.err());
      if (outcome.code() != 0) {
        System.exit(outcome.code());
      }
    }
    System.exit(0);
  }
}
