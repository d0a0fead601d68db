"""Public programs that do our main job, each in its best configuration, to be measured beside ours."""
