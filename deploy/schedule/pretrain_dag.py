"""Nightly pre-training with Apache Airflow (2.4 or later), until the run is finished.

Exit code 6 of `pretrain` means that the time limit was reached: the task succeeds, and the next night
continues. Any other failure fails the task, and Airflow sends its alerts.
"""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator

PALIMPSEST = "/srv/palimpsest/bin/palimpsest"
RECIPE = "/srv/palimpsest/conf/nightly.conf"
# With authentication and encryption: env={"PALIMPSEST_CONF_DIR": "/srv/palimpsest/secure"} of every operator, the folder
# that deploy/secure-conf made.
SPARK = "--master spark://master.example.com:7077"

with DAG(
    dag_id="palimpsest_pretrain",
    schedule="0 22 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # The lease on the run's directory would refuse a second run anyway.
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10), "email_on_failure": True},
) as dag:
    doctor = BashOperator(
        task_id="doctor",
        bash_command=f"{PALIMPSEST} doctor --config {RECIPE} {SPARK}",
    )
    pretrain = BashOperator(
        task_id="pretrain",
        bash_command=(
            f"{PALIMPSEST} pretrain --config {RECIPE} --set training.time-limit=6h {SPARK}"
            " || [ $? -eq 6 ]"
        ),
        execution_timeout=timedelta(hours=7),
    )
    evaluate = BashOperator(
        task_id="evaluate",
        bash_command=f"{PALIMPSEST} evaluate --config {RECIPE} --json {SPARK}",
    )
    doctor >> pretrain >> evaluate
