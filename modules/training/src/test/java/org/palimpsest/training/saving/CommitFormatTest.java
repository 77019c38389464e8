package org.palimpsest.training.saving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.palimpsest.training.checkpoint.WorkerState;
import org.palimpsest.training.checkpoint.WorkerState.OwnVector;
import org.palimpsest.training.event.Progress;

/** The JSON of nested records is flat, and its fields have a fixed order. */
class CommitFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void writesAndReadsProgress() throws JsonProcessingException {
    Progress progress =
        new Progress(
            "run",
            new Progress.Position(7, 100),
            new Progress.Interval(2.5, 0.1, 300, 600, 0.25, 4096),
            new Progress.Totals(70, 140, 1, 3),
            40);
    String json =
        "{\"runId\":\"run\",\"step\":7,\"totalSteps\":100,\"loss\":2.5,\"learningRate\":0.1,"
            + "\"targetTokens\":70,\"rawTokens\":140,\"targetTokensPerSecond\":300.0,"
            + "\"rawTokensPerSecond\":600.0,\"waitingShare\":0.25,\"bytesExchanged\":4096,"
            + "\"skippedSteps\":1,\"seconds\":3.0,\"secondsLeft\":40.0}";

    assertThat(JSON.writeValueAsString(progress)).isEqualTo(json);
    assertThat(JSON.readValue(json, Progress.class)).isEqualTo(progress);
  }

  @Test
  void writesAndReadsAWorkerWithAllFiles() throws JsonProcessingException {
    WorkerState state =
        new WorkerState(
            Map.of(OwnVector.MOMENTS, "optimizer-00000.bin", OwnVector.RESIDUAL, "residual.bin"),
            5,
            70);
    String json =
        "{\"file\":\"optimizer-00000.bin\",\"updates\":5,\"weight\":70.0,"
            + "\"residual\":\"residual.bin\"}";

    assertThat(JSON.writeValueAsString(state)).isEqualTo(json);
    assertThat(JSON.readValue(json, WorkerState.class)).isEqualTo(state);
  }

  @Test
  void writesAnAbsentFileAsAnEmptyText() throws JsonProcessingException {
    WorkerState state = new WorkerState(Map.of(), 5, 70);
    String json = "{\"file\":\"\",\"updates\":5,\"weight\":70.0,\"residual\":\"\"}";

    assertThat(JSON.writeValueAsString(state)).isEqualTo(json);
    assertThat(JSON.readValue(json, WorkerState.class)).isEqualTo(state);
  }

  @Test
  void readsAWorkerOfAnEarlyVersionWithoutAResidual() throws JsonProcessingException {
    String json = "{\"file\":\"optimizer-00001.bin\",\"updates\":5,\"weight\":70.0}";

    assertThat(JSON.readValue(json, WorkerState.class))
        .isEqualTo(new WorkerState(Map.of(OwnVector.MOMENTS, "optimizer-00001.bin"), 5, 70));
  }
}
