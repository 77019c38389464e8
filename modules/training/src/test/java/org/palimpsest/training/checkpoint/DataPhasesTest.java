package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The data of a run in {@code state.json}. */
class DataPhasesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TrainingState STATE = TrainingState.beginning(1, "first");
  private static final List<DataPhase> PHASES =
      List.of(new DataPhase(0, 0, "first"), new DataPhase(40, 3, "second"));

  private static TrainingState read(String json) throws JsonProcessingException {
    return JSON.readValue(json, TrainingState.class);
  }

  @Test
  void aRunWhoseDataStaysRecordsItAsEarlierReleasesDid() throws JsonProcessingException {
    String json = JSON.writeValueAsString(STATE);

    assertThat(json).contains("\"data\":\"first\"").doesNotContain("phases");
    assertThat(read(json)).isEqualTo(STATE);
    assertThat(read(json).phases()).isEqualTo(DataPhase.only("first"));
  }

  @Test
  void allPhasesAreRecorded() throws JsonProcessingException {
    String json = JSON.writeValueAsString(STATE.withPhases(PHASES));

    assertThat(json)
        .contains("\"data\":\"second\"")
        .contains("{\"step\":40,\"epoch\":3,\"data\":\"second\"}");
    assertThat(read(json).phases()).isEqualTo(PHASES);
    assertThat(read(json).data()).isEqualTo("second");
  }

  @Test
  void phasesFollowEachOther() throws JsonProcessingException {
    String json = JSON.writeValueAsString(STATE.withPhases(PHASES));

    assertThatThrownBy(() -> read(json.replace("\"step\":40", "\"step\":0")))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("the phases of the data are not in order");
  }
}
