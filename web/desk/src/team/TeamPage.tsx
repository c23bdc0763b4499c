import { useT } from '../i18n';
import { useMay } from '../live/me';
import { SubNav } from '../ui/SubNav';
import { Groups } from './Groups';
import { People } from './People';
import { Roles } from './Roles';
import { Skills } from './Skills';

export default function TeamPage() {
  const t = useT();
  const roles = useMay('ROLE_EDIT');
  const edit = useMay('TEAM_EDIT');
  return <SubNav base="/team" title={t.nav.team} tabs={[
    { key: 'people', title: t.team.people, view: <People /> }, { key: 'groups', title: t.team.groups, view: <Groups /> },
    { key: 'skills', title: t.team.skills, needs: edit, view: <Skills /> }, { key: 'roles', title: t.team.roles, needs: roles, view: <Roles /> },
  ]} />;
}
