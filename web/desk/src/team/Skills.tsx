import { useState } from 'react';
import { Button, Input } from 'antd';
import { api } from '../api/http';
import { useT } from '../i18n';
import { composing } from '../lib/keys';
import { DataTable } from '../ui/DataTable';
import { sayDone, sayFailed } from '../ui/say';
import { useSkills } from './lists';

export function Skills() {
  const t = useT();
  const skills = useSkills();
  const [name, setName] = useState('');
  const add = () => {
    if (name.trim()) api.post('/skills', { name: name.trim() }).then(() => { sayDone(t.common.saved); setName(''); skills.reload(); }, sayFailed);
  };
  return (
    <DataTable id="skills" rows={skills.data} error={skills.error} retry={skills.reload} rowKey={(s) => s.id} sort="name" empty={[t.team.noSkills, t.team.noSkillsHelp]}
      columns={[{ key: 'name', title: t.common.name, value: (s) => s.name }]}
      tools={<><Input value={name} onChange={(e) => setName(e.target.value)} placeholder={t.team.newSkill} aria-label={t.team.newSkill} style={{ width: 200 }} maxLength={40} onKeyDown={(e) => { if (e.key === 'Enter' && !composing(e)) add(); }} />
        <Button type="primary" disabled={!name.trim()} onClick={add}>{t.common.add}</Button></>} />
  );
}
