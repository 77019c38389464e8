// ---
// jupyter:
//   jupytext:
//     formats: ipynb,java:percent
//   kernelspec:
//     display_name: Java
//     language: java
//     name: java
// ---

// %% [markdown]
// # Pre-train and restore in Java
//
// For the kernel JJava: `pip install --pre jjava`. It finds Spark and the one jar by the variable
// `JJAVA_CLASSPATH`, and takes the JVM's options from `JJAVA_JVM_OPTS`; the guide lists both.

// %% tags=["parameters"]
String master = "local[2]";
String runDir = "runs/notebook-java";
String modelDir = "runs/notebook-java-model";
long maxSteps = 300;

// %%
import org.apache.spark.sql.*;
import org.palimpsest.pipeline.*;

var spark =
    SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", "false")
        .getOrCreate();
var texts = SampleTexts.read(spark);
texts.takeAsList(3)

// %%
var pretrainer =
    new DenoisingPretrainer()
        .setRunDir(runDir)
        .setTextCol("text")
        .setIdCol("id")
        .setObjective("t5")
        .setModelPreset("tiny")
        .setVocabularySize(1000)
        .setBlockSize(64)
        .setNumWorkers(2)
        .setBatchBlocks(32)
        .setAggregate("parameters")
        .setInnerSteps(10)
        .setLearningRate(4e-3)
        .setWarmUpSteps(20)
        .setMaxSteps(maxSteps)
        .setCheckpointEvery(100);

// %% [markdown]
// `Trainings.start` trains in its own thread, so that a cell can look at it and stop it. `snapshot()` has
// its curve, evaluations, and more as JSON.

// %%
var training = Trainings.start(pretrainer, texts);
while (!training.await(10_000)) {
  System.out.println(training);
}
System.out.println(training);
var model = training.model();

// %%
import java.util.stream.*;

double[] losses = model.summary().objectiveHistory();
double most = DoubleStream.of(losses).max().orElse(1);
String points =
    IntStream.range(0, losses.length)
        .mapToObj(i -> 500.0 * i / losses.length + "," + (160 - 150 * losses[i] / most))
        .collect(Collectors.joining(" "));
var shown =
    display(
        "<svg width='520' height='170'><polyline fill='none' stroke='#3b7dd8' points='"
            + points
            + "'/></svg>",
        "text/html");

// %%
var damaged = spark.sql("select 'A small <mask> that lives in water.' as text");
model.transform(damaged).first().getString(1)

// %%
model.write().overwrite().save(modelDir);
EncoderDecoderModel.load(modelDir).transform(damaged).count()
