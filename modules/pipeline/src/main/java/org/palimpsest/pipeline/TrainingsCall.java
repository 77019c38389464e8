package org.palimpsest.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.pipeline.failure.NamedFailures;

/**
 * A call of {@link Trainings} in the form of a transformer: the only form in which clients of Spark
 * Connect can call code of a server. The Python package uses it; other programs call {@link
 * Trainings}.
 *
 * <p>{@code transform} makes the call, which may happen more than once for a DataFrame, and returns
 * its answer as a row with one string, or as texts.
 */
public final class TrainingsCall extends Transformer {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ANSWER = "answer";

  private final String uid;
  private final Param<String> call;
  private final Param<String> argument;

  public TrainingsCall() {
    this(Uids.random("TrainingsCall"));
  }

  public TrainingsCall(String uid) {
    this.uid = uid;
    call = new Param<>(this, "call", "version, samples, doctor, prepare, snapshot or stop");
    argument = new Param<>(this, "argument", "an estimator in JSON, or the folder of a run");
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    return NamedFailures.of(() -> answered(data));
  }

  private Dataset<Row> answered(Dataset<?> data) {
    SparkSession session = data.sparkSession();
    return getOrDefault(call).equals("samples")
        ? SampleTexts.read(session)
        : session.createDataset(List.of(answer(data)), Encoders.STRING()).toDF(ANSWER);
  }

  private String answer(Dataset<?> data) {
    SparkSession session = data.sparkSession();
    String name = getOrDefault(call);
    return switch (name) {
      case "version" -> PipelineBuild.version() + "|" + PipelineBuild.sparkLine();
      case "doctor" -> Trainings.doctor(estimator(), session);
      case "prepare" -> Trainings.prepare(estimator(), data);
      case "snapshot" -> Trainings.snapshot(session, getOrDefault(argument));
      case "stop" -> String.valueOf(Trainings.stop(session, getOrDefault(argument)));
      default ->
          throw PalimpsestException.configuration(
              "The server does not know the call "
                  + name
                  + ": install the same version of the Python package and of the server's jar.");
    };
  }

  private DenoisingPretrainer estimator() {
    JsonNode values = params(getOrDefault(argument));
    DenoisingPretrainer estimator = new DenoisingPretrainer();
    for (ParamTable.Entry entry : ParamTable.of(estimator.stage())) {
      JsonNode value = values.path(entry.name());
      if (!value.isMissingNode()) {
        estimator.with(entry.name(), value(entry.type(), value));
      }
    }
    return estimator;
  }

  private static JsonNode params(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.CONFIGURATION,
          "The params of an estimator must be a JSON object.",
          e);
    }
  }

  private static Object value(ParamTable.Type type, JsonNode value) {
    return switch (type) {
      case LONG -> value.asLong();
      case DOUBLE -> value.asDouble();
      case STRING -> value.asText();
      case STRINGS -> {
        List<String> texts = new ArrayList<>();
        value.forEach(text -> texts.add(text.asText()));
        yield texts.toArray(new String[0]);
      }
    };
  }

  /** The columns of the answer. */
  @Override
  public StructType transformSchema(StructType schema) {
    return getOrDefault(call).equals("samples")
        ? SampleTexts.SCHEMA
        : new StructType().add(ANSWER, "string", false);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Param<?>[] params() {
    return new Param<?>[] {argument, call};
  }

  /** What is called. */
  public TrainingsCall setCall(String value) {
    set(call, value);
    return this;
  }

  public Param<String> call() {
    return call;
  }

  /** What it is called with. */
  public TrainingsCall setArgument(String value) {
    set(argument, value);
    return this;
  }

  public Param<String> argument() {
    return argument;
  }

  @Override
  public TrainingsCall copy(ParamMap extra) {
    return defaultCopy(extra);
  }
}
