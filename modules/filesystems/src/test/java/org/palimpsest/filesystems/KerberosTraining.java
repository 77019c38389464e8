package org.palimpsest.filesystems;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.prepare.Preparation;
import org.palimpsest.tasks.denoising.Pretraining;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.preflight.KerberosCheck;

/** Prepares a corpus and trains for a time, in a process that {@link KerberosIT} submits. */
public final class KerberosTraining {
  private KerberosTraining() {}

  /** Arguments: the folder of corpus and runs, the name of the run, and its seconds. */
  public static void main(String[] arguments) throws IOException {
    String root = arguments[0];
    String run = arguments[1];
    try (SparkSession spark = TrainingProcess.session()) {
      CorpusOn hdfs = new CorpusOn(spark, root + "/" + run);
      hdfs.writeText("text/one.txt", 300, 1);
      Preparation.run(spark, hdfs.settings("text", "corpus"));
      Recipe recipe =
          TrainingProcess.recipe(root + "/" + run, "run")
              .with(
                  "training { steps = 10000000, time-limit = " + arguments[2] + "s }",
                  "checkpoint { every = 500, lease = 5s }");
      KerberosCheck.ofThisProcess()
          .finding()
          .ifPresent(finding -> System.out.println(finding.sentence()));
      System.out.println(
          "The run ended with "
              + Pretraining.open(recipe, spark).run(RunListener.none()).train().ending());
      System.exit(0); // Spark 3.5 leaves a thread that would keep the process.
    } catch (PalimpsestException e) {
      System.out.println(e.getMessage());
      System.exit(e.kind().exitCode());
    }
  }
}
