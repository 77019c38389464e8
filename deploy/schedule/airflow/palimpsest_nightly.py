"""A night of training with Apache Airflow 3, on the folder that Palimpsest was installed in.

`run.exit-codes=zero-to-go-on` makes a night that stops at its time limit a success: the next one goes on. Whatever else
ends the command fails the task, and the last line of its log says why.
"""

import os
from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HOME = os.environ.get("PALIMPSEST_HOME", "/srv/palimpsest")
RECIPE = os.environ.get("PALIMPSEST_RECIPE", "/srv/palimpsest/conf/nightly.conf")
# With authentication and encryption, PALIMPSEST_CONF_DIR is the folder that deploy/secure-conf made.
SPARK = os.environ.get("PALIMPSEST_SPARK", "--master spark://master.example.com:7077")

with DAG(
    dag_id="palimpsest_nightly",
    schedule="0 22 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # The lease on the run's directory would refuse a second night anyway.
    max_active_runs=1,
) as dag:
    BashOperator(
        task_id="nightly",
        bash_command=(
            f"{HOME}/bin/palimpsest nightly --config {RECIPE}"
            f" --set run.exit-codes=zero-to-go-on {SPARK}"
        ),
        # Longer than training.time-limit, for the other steps. The training then stops at a checkpoint.
        execution_timeout=timedelta(hours=9),
        # A cluster that was lost tonight may be back. A run that diverged is not helped by that, but not harmed either.
        retries=int(os.environ.get("PALIMPSEST_RETRIES", "1")),
        retry_delay=timedelta(minutes=10),
    )
