-- Which tasks are the oldest of their type.
alter table task
  add key task_by_type (type, id);
